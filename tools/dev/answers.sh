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
export logs filter
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# run_set NUMBER ANSWERS: the tests mostly wait for real time, so that many fit beside each other.
run_set() {
  if SMARTKAR_MODEM_ANSWERS=$2 ctest --test-dir build/dev -L '^e2e$' -R "$filter" -j 8 --no-tests=error \
    --output-on-failure >"$logs/$1" 2>&1; then
    echo "$1 passed: $2"
  else
    touch "$logs/failed.$1"
    cat "$logs/$1"
    echo "$1 failed: $2"
  fi
}
export -f run_set

# The first ctest after a build finds the tests; several at once would write the same files.
ctest --test-dir build/dev -N >"$logs/tests"
build/dev/bin/smartkar-modem-sim --list-answers "$kind" >"$logs/sets"
sets=$(wc -l <"$logs/sets")
# shellcheck disable=SC2016  # the shell that xargs starts expands it
nl -ba -nln -w1 -s ' ' "$logs/sets" | tr '\n' '\0' |
  xargs -0 -P 3 -I{} bash -c 'read -r number answers <<<"$1"; run_set "$number" "$answers"' _ {}

failed=$(find "$logs" -name 'failed.*' | wc -l)
if $json; then
  echo "{\"kind\":\"$kind\",\"sets\":$sets,\"failed\":$failed}"
else
  echo "$sets sets of answers, $failed failed"
fi
[ "$failed" -eq 0 ]
