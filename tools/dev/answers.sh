#!/usr/bin/env bash
# end-to-end tests with other answers of the modem (answers alone|pairwise)
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: ./dev answers alone|pairwise [--filter REGEX] [--json]

What no document says about the modem may only change how long things take. The end-to-end tests run once for each
set of answers that smartkar-modem-sim --list-answers prints, and each failure is shown with its set.
  alone           each other answer by itself
  pairwise        sets in which every two answers meet
  --filter REGEX  only the tests whose name matches
  --json          one JSON object as the last line
examples: ./dev answers pairwise      ./dev answers alone --filter Delivery --json
TEXT
}

kind=
filter=.
json=false
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      usage
      exit 0
      ;;
    alone | pairwise) kind=$1 ;;
    --json) json=true ;;
    --filter)
      filter=${2:?a regular expression}
      shift
      ;;
    *)
      echo "answers: unknown option '$1'; try ./dev answers --help" >&2
      exit 2
      ;;
  esac
  shift
done
if [ -z "$kind" ]; then
  usage >&2
  exit 2
fi

bash tools/dev/build.sh all
log=$(mktemp)
trap 'rm -f "$log"' EXIT
mapfile -t sets < <(build/dev/bin/smartkar-modem-sim --list-answers "$kind")
failed=0
for index in "${!sets[@]}"; do
  # The tests mostly wait for real time: many fit beside each other.
  if SMARTKAR_MODEM_ANSWERS=${sets[index]} ctest --test-dir build/dev -L '^e2e$' -R "$filter" -j 8 --no-tests=error \
    --output-on-failure >"$log" 2>&1; then
    result=passed
  else
    result=failed
    failed=$((failed + 1))
    cat "$log"
  fi
  echo "$((index + 1))/${#sets[@]} $result: ${sets[index]}"
done

if $json; then
  echo "{\"kind\":\"$kind\",\"sets\":${#sets[@]},\"failed\":$failed}"
else
  echo "${#sets[@]} sets of answers, $failed failed"
fi
[ "$failed" -eq 0 ]
