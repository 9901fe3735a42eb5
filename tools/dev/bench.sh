#!/usr/bin/env bash
# measure (bench dialogue|modem-sim [--json])
set -euo pipefail

if [ $# -eq 0 ] || [ "$1" = --help ]; then
  cat <<'TEXT'
usage: ./dev bench dialogue|modem-sim [--json]

  dialogue  what the car says to its modem: command lines, bytes on the wires and milliseconds by the simulator's model,
            for cold start, wake with and without session, publish and receive, one column for each way to speak:
            native = the modem's MQTT client, socket = ours, tcp = the link without MQTT. The time from RI to the first
            PUBACK is that of 500 rings of a car with the modem's client.
            Subscribed: the broker passes commands on; tcp: the server has answered.
            Announced, outcome, publish: until it is confirmed to the car. native: by the modem's OK, which follows the
            broker's acknowledgement; socket: the processor has read the PUBACK; tcp: by the modem's OK, its stack took
            the line; that link acknowledges nothing before the server's next sync.
            As tcp is tried last, its starts include two openings of MQTT that fail, the sleep after four wakes one.
  modem-sim the modem simulator: device-hours a second in virtual time, and processor time and memory of 1,000 idle
            modems that are connected to a real Mosquitto; takes two minutes
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
  modem-sim)
    shift
    bash tools/dev/build.sh smartkar-bench-modem-sim >&2
    exec build/dev/bin/smartkar-bench-modem-sim "$@"
    ;;
  *)
    echo "bench: there is no benchmark '$1'; try ./dev bench --help" >&2
    exit 2
    ;;
esac
