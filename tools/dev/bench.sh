#!/usr/bin/env bash
# measure (bench command|ingest|http|dialogue|modem-sim|sim [--json] [--quick])
set -euo pipefail

if [ $# -eq 0 ] || [ "$1" = --help ]; then
  cat <<'TEXT'
usage: ./dev bench command|ingest|http|dialogue|modem-sim|sim [--json] [--quick]

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
  sim       the simulation: a month of one car without faults, eight timer wakes and an hour of driving a day, in times
            as fast as time on one core (realtime_factor)
  command   from a request of the API to an awake car, over a real broker with TLS, until the live stream tells the final
            state; beside the least that this costs here: commit, publish, echo, commit. A quarter of a minute.
            p50_over_floor_ms: by how much the median is above that of the floor; p99_ms: 99 of 100 are done by then
  ingest    how fast the server stores telemetry, in messages a second and processor time: through a real Mosquitto,
            beside a subscriber that keeps nothing (mosquitto_vs_trivial); from a stub broker that sends as fast as it is
            acknowledged, beside a program of Node.js with mqtt.js and better-sqlite3 and the same durability
            (stub_vs_node_normal, stub_vs_node_full, cpu_vs_node); with PostgreSQL (postgres_vs_sqlite_full). p99_ms,
            node_p99_ms: from sending a message until it is committed, at 1,000 messages a second. lost: acknowledged
            and not stored. Two minutes; the first time builds the program of Node.js (bench/peers)
  http      answers of GET state a second, beside a handler on Beast that answers with a constant (state_vs_fixed);
            p99_at_1000_ms, p99_at_5000_ms: of GET state while so many messages a second come in; list_p99_ms: first page
            of 10,000 cars; rss_mib: most memory, storing and serving as fast as it can. A minute
  --json    one JSON object as the only line
  --quick   command, ingest, http: seconds; shows that it runs, its figures mean little
TEXT
  exit 0
fi

# measure_release PROGRAM [OPTION...]: what is measured is what is installed.
measure_release() {
  local program=$1
  shift
  bash tools/dev/build.sh --preset release "$program" >&2
  exec "build/release/bin/$program" "$@"
}

# The program that the server is compared with. What it needs of C++ is compiled here, against Debian's headers of
# Node.js, so that nothing but npm's packages is downloaded.
build_peers() {
  bash tools/dev/setup.sh bench
  (
    cd bench/peers
    [ node_modules/.built -nt package-lock.json ] && exit 0
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    npm_config_build_from_source=true npm_config_nodedir=/usr npm rebuild better-sqlite3 --loglevel=error
    touch node_modules/.built
  ) >&2
}

case $1 in
  command)
    shift
    measure_release smartkar-bench-command "$@"
    ;;
  ingest)
    shift
    build_peers
    measure_release smartkar-bench-ingest "$@"
    ;;
  http)
    shift
    measure_release smartkar-bench-http "$@"
    ;;
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
  sim)
    shift
    measure_release smartkar-bench-sim "$@"
    ;;
  *)
    echo "bench: there is no benchmark '$1'; try ./dev bench --help" >&2
    exit 2
    ;;
esac
