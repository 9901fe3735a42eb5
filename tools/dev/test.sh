#!/usr/bin/env bash
# build and run the tests (test [--full] [--filter REGEX] [--json])
set -euo pipefail

full=false
json=false
filter=
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      cat <<'TEXT'
usage: ./dev test [--full] [--filter REGEX] [--json]

Unit, interoperability and end-to-end tests against a real broker, ten seconds of fuzzing, the whole system simulated with
40 seeds that no commit had before and with those that once failed, and two instances of the delivery model.
  --full          also the dashboard in a real browser, the device on an emulated microcontroller, the whole delivery
                  model, 300 more seeds of the simulation, and its mutants, each of which must be caught, twenty kills
                  of the loaded server, a day of 100 modems with every fault, the car's end-to-end tests with every two other answers of the modem, the format, the include
                  rule, static analysis, sizes, and everything again under the address, undefined-behaviour and thread
                  sanitizers. What passed without --full at this very commit is not run again.
  --filter REGEX  only the tests whose name matches, no fuzzing, no model
  --json          one JSON object as the last line
examples: ./dev test --filter Journal      ./dev test --full --json
TEXT
      exit 0
      ;;
    --full) full=true ;;
    --json) json=true ;;
    --filter)
      filter=${2:?a regular expression}
      shift
      ;;
    *)
      echo "test: unknown option '$1'; try ./dev test --help" >&2
      exit 2
      ;;
  esac
  shift
done

started=$SECONDS
passed=0
failed=0
failures=()  # repeated at the end, each with the end of what it said: what comes before is long

# run_tests PRESET TARGETS [ctest option...]: builds these targets of the preset, runs their tests and counts them.
run_tests() {
  local preset=$1 targets=$2 report total bad
  shift 2
  # shellcheck disable=SC2086
  bash tools/dev/build.sh --preset "$preset" $targets
  report=build/$preset/test_report.txt
  if [ -n "$filter" ]; then set -- "$@" -R "$filter"; fi
  # Two a core: the long tests wait for modems and brokers.
  ctest --test-dir "build/$preset" -j "$((2 * $(nproc)))" --output-on-failure --no-tests=error "$@" 2>&1 | tee "$report" |
    grep -vE '^ *[0-9]+/[0-9]+ .* Passed|^ *Start +[0-9]+:' || true
  total=$(sed -nE 's/.* tests? failed out of ([0-9]+)$/\1/p' "$report")
  bad=$(sed -nE 's/.*, ([0-9]+) tests? failed out of [0-9]+$/\1/p' "$report")
  if [ -n "$filter" ] && $full && grep -q 'No tests were found' "$report"; then return; fi
  if [ -z "$total" ]; then
    echo "test: the tests of '$preset' did not run to their end" >&2
    total=1 bad=1
    failures+=("$preset: not run to its end"$'\n'"$(tail -n 20 "$report")")
  elif [ "${bad:-0}" -gt 0 ]; then
    failures+=("$preset:"$'\n'"$(grep -A 8 -E 'Failure$|Sanitizer' "$report" | head -n 40)
$(sed -n '/tests FAILED:$/,$p' "$report")")
  fi
  passed=$((passed + total - bad))
  failed=$((failed + bad))
}

# step NAME COMMAND...: a check that counts as one test.
step() {
  local name=$1 report
  report=build/dev/step_report.txt
  shift
  echo "== $name"
  if "$@" 2>&1 | tee "$report"; then passed=$((passed + 1)); else
    echo "test: $name failed" >&2
    failed=$((failed + 1))
    failures+=("$name:"$'\n'"$(tail -n 20 "$report")")
  fi
}

# state: the commit, if nothing has been changed since; empty: what is here is no commit.
state=
if [ -z "$(git status --porcelain 2>&1)" ]; then state=$(git rev-parse HEAD); fi
everyday_passed=build/dev/everyday_passed  # holds the commit at which the everyday tests passed

# simulate FIRST COUNT [OPTION...]: runs with these seeds, in the development build.
simulate() {
  local first=$1 count=$2
  shift 2
  build/dev/bin/smartkar-sim --seeds "$first..$((first + count - 1))" "$@"
}

# The simulation does the same whatever built it.
same_run() {
  local plain checked
  plain=$(build/dev/bin/smartkar-sim --seeds 1..5 --cars 2 | grep '^trace')
  checked=$(build/asan/bin/smartkar-sim --seeds 1..5 --cars 2 | grep '^trace')
  printf '%s in dev, %s in asan\n' "$plain" "$checked"
  [ "$plain" = "$checked" ]
}

# Every commit plays runs that nobody has played.
fresh_seed=$((16#$(git rev-parse --short=7 HEAD 2>/dev/null || echo 1) * 1000))

everyday() {
  run_tests dev all -LE '^(dashboard|cortex_m)$'
  if [ -n "$filter" ]; then return; fi
  step "fuzz smoke" bash tools/dev/fuzz.sh --seconds 10
  step "simulation, seeds that once failed" build/dev/bin/smartkar-sim --file test/seeds.txt
  step "simulation, 40 fresh seeds" simulate "$fresh_seed" 40
  if ! $full; then step "model smoke" bash tools/dev/model.sh --quick; fi
  if [ "$failed" -eq 0 ]; then echo "$state" >"$everyday_passed"; fi
}

bash tools/dev/setup.sh build run test
if $full && [ -z "$filter" ] && [ -n "$state" ] && [ "$(cat "$everyday_passed" 2>/dev/null)" = "$state" ]; then
  echo "== everyday tests: passed already at this commit"
else
  everyday
fi
if $full; then
  bash tools/dev/setup.sh browser emulator
  bash tools/dev/build.sh --preset cortex_m
  run_tests dev all -L '^(dashboard|cortex_m)$'
  if [ -z "$filter" ]; then step "check" bash tools/dev/check.sh; fi
  if [ -z "$filter" ]; then step "size" bash tools/dev/size.sh; fi
  if [ -z "$filter" ]; then
    step "simulation, 300 fresh seeds" simulate "$((fresh_seed + 100))" 300 --cars 2
    step "mutants" bash tools/dev/sim.sh --mutants --seeds 1..600
  fi
  if [ -z "$filter" ]; then
    step "crash" env SMARTKAR_CRASH_KILLS=20 build/dev/test/crash/crash_test --gtest_filter='ServerKill.*'
  fi
  if [ -z "$filter" ]; then
    step "modem campaign" env SMARTKAR_CAMPAIGN_MODEMS=100 build/dev/test/transcripts/transcripts_test \
      --gtest_filter='CampaignTest.*'
  fi
  if [ -z "$filter" ]; then step "model" bash tools/dev/model.sh; fi
  # What the server does by itself is the same whatever the modem answers.
  if [ -z "$filter" ]; then
    step "answers" bash tools/dev/answers.sh pairwise --filter '^(Delivery|Cancel|Fault|SocketEngine)\.'
  fi
  run_tests asan all -LE '^(dashboard|web|cortex_m)$'
  if [ -z "$filter" ]; then step "same run in every build" same_run; fi
  # Everything else has one thread.
  run_tests tsan "server_store_test server_mqtt_test server_http_test server_app_test e2e_test" \
    -L '^(server_(store|mqtt|http|app)|e2e)$'
fi

if [ $((passed + failed)) -eq 0 ]; then
  echo "test: no test's name matches '$filter'" >&2
  failed=1
fi
for failure in "${failures[@]}"; do echo "== failed: $failure"; done
if $json; then
  echo "{\"passed\":$passed,\"failed\":$failed,\"seconds\":$((SECONDS - started))}"
else
  echo "took $((SECONDS - started)) s"
  echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
