#!/usr/bin/env bash
# measure (bench dialogue [--json])
set -euo pipefail

if [ $# -eq 0 ] || [ "$1" = --help ]; then
  cat <<'TEXT'
usage: ./dev bench dialogue [--json]

  dialogue  what the car says to its modem: command lines, bytes on the wires and milliseconds by the simulator's model,
            for cold start, wake with and without session, publish and receive, one column for each engine ("-" or
            null: this device has no such engine). The time from RI to the first PUBACK is that of 500 rings.
  --json    one JSON object as the only line
TEXT
  exit 0
fi

case $1 in
  dialogue)
    shift
    bash tools/dev/build.sh smartkar-bench-dialogue >&2
    exec build/dev/bin/smartkar-bench-dialogue "$@"
    ;;
  *)
    echo "bench: there is no benchmark '$1'; try ./dev bench --help" >&2
    exit 2
    ;;
esac
