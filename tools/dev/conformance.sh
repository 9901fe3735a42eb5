#!/usr/bin/env bash
# play the scenarios on a virtual car (conformance [--only NAME] [--log] [--json])
set -euo pipefail

if [ "${1:-}" = --help ]; then
  cat <<'TEXT'
usage: ./dev conformance [--only NAME] [--log] [--json]

Plays the scripts of conformance/scenarios on a server and a car in memory, in virtual time, and prints how often each
cell of the two state tables of docs/protocol.md was visited. docs/conformance.md explains the scripts.
  --only NAME  scenarios whose name contains NAME
  --log        every message and what the car thinks, on standard error
  --json       one JSON object
TEXT
  exit 0
fi

bash tools/dev/build.sh smartkar-conformance >&2
exec build/dev/bin/smartkar-conformance "$@"
