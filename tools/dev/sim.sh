#!/usr/bin/env bash
# play the whole system under faults (sim [OPTION...] | sim --mutants [--seeds A..B] [--json])
set -euo pipefail

if [ "${1:-}" != --mutants ]; then
  bash tools/dev/setup.sh build >&2
  bash tools/dev/build.sh --preset release smartkar-sim >&2
  exec build/release/bin/smartkar-sim "$@"
fi
shift

seeds=1..200
json=false
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      cat <<'TEXT'
usage: ./dev sim --mutants [--seeds A..B] [--json]

Each patch of sim/mutants breaks the product in one place. Runs with nine cars are played until one of them shows that a
promise is broken, which the sound product keeps in that run; a mutant that no run shows is not caught.
  --seeds A..B    the runs (default 1..200)
  --json          {"mutants":N,"caught":N} as the last line
TEXT
      exit 0
      ;;
    --seeds)
      seeds=${2:?FIRST..LAST}
      shift
      ;;
    --json) json=true ;;
    *)
      echo "sim: unknown option '$1'; try ./dev sim --mutants --help" >&2
      exit 2
      ;;
  esac
  shift
done

bash tools/dev/setup.sh build >&2
bash tools/dev/build.sh --preset release mutants smartkar-sim >&2
mutants=0
caught=0
printf '%-38s %-7s %-7s %s\n' mutant breaks caught seed
for patch in sim/mutants/*.patch; do
  name=$(basename "$patch" .patch)
  report=$("build/release/mutants/$name" --seeds "$seeds" --cars 9 --until-broken || true)
  run=$(grep -E -m 1 '^--seed' <<<"$report" || true)
  seed=$(awk '{ print $2 }' <<<"$run")
  promise=$(sed -nE 's/^  (P[1-8]) .*/\1/p' <<<"$report" | head -n 1)
  # shellcheck disable=SC2086  # options
  if [ -n "$promise" ] && ! build/release/bin/smartkar-sim $run >/dev/null; then promise=; fi
  mutants=$((mutants + 1))
  if [ -n "$promise" ]; then caught=$((caught + 1)); fi
  printf '%-38s %-7s %-7s %s\n' "$name" "$(sed -n 's/^breaks: //p' "$patch")" "${promise:-no}" "${seed:--}"
done
if $json; then echo "{\"mutants\":$mutants,\"caught\":$caught}"; fi
[ "$caught" -eq "$mutants" ]
