#!/usr/bin/env bash
# start broker, server and one simulated car on this machine (run [--dir DIR]); Ctrl-C stops them
set -euo pipefail

dir=.smartkar
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      cat <<'TEXT'
usage: ./dev run [--dir DIR]

Builds what is needed, makes certificates and settings in DIR (default ./.smartkar) at the first start, then starts
Mosquitto, smartkar-server, a simulated SIM7080G modem and a car that falls asleep after a few seconds. Prints the
URL, the token and commands to try from a second terminal. Logs are in DIR/log/. Ctrl-C stops everything.
Ports of the first start: RUN_BROKER_PORT (8883), RUN_TCP_PORT (4590) and RUN_HTTP_PORT (8420).
TEXT
      exit 0
      ;;
    --dir)
      dir=${2:?a directory}
      shift
      ;;
    *)
      echo "run: unknown option '$1'; try ./dev run --help" >&2
      exit 2
      ;;
  esac
  shift
done

bash tools/dev/setup.sh build run
bash tools/dev/build.sh smartkar-server smartkarctl smartkar-modem-sim smartkar-device
bin=$PWD/build/dev/bin
ctl=$bin/smartkarctl
http=127.0.0.1:${RUN_HTTP_PORT:-8420}
if [ ! -d "$dir" ]; then
  "$ctl" init "$dir" --broker-port "${RUN_BROKER_PORT:-8883}" --tcp-port "${RUN_TCP_PORT:-4590}" \
    --http-listen "$http" >/dev/null
  "$ctl" --dir "$dir" device add >/dev/null
fi
ccid=$(basename "$(find "$dir/devices" -mindepth 1 -maxdepth 1 -type d | sort | head -1)")
http=$(sed -nE '/^\[http\]/,/^\[/s/^listen *= *"(.*)"/\1/p' "$dir/server/server.toml")
mkdir -p "$dir/log" "$dir/car"

pids=()
names=()
stop_all() {
  trap - EXIT
  trap '' INT TERM  # a second Ctrl-C must not leave half of them running
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM "${pids[i]}" 2>/dev/null || continue
    wait "${pids[i]}" 2>/dev/null || true
  done
}
trap stop_all EXIT
trap 'echo; echo "stopping"; exit 0' INT TERM

# start NAME COMMAND...: runs it in the background, in a session of its own so that Ctrl-C reaches only this script.
start() {
  local name=$1
  shift
  setsid "$@" >"$dir/log/$name.log" 2>&1 &
  pids+=($!)
  names+=("$name")
}

# until_true SECONDS WHAT COMMAND...: waits for the command to succeed; ends with the logs if a program died first.
until_true() {
  local deadline=$((SECONDS + $1)) what=$2 i
  shift 2
  until "$@" >/dev/null 2>&1; do
    for i in "${!pids[@]}"; do
      if ! kill -0 "${pids[i]}" 2>/dev/null; then
        echo "run: ${names[i]} ended; $dir/log/${names[i]}.log says:" >&2
        tail -5 "$dir/log/${names[i]}.log" >&2
        exit 1
      fi
    done
    if [ $SECONDS -ge $deadline ]; then
      echo "run: no $what; see $dir/log/" >&2
      exit 1
    fi
    sleep 0.2
  done
}

start broker mosquitto -c "$dir/broker/mosquitto.conf"
start server "$bin/smartkar-server" --config "$dir/server/server.toml"
until_true 20 "server" curl -fsS "http://$http/healthz"
start modem "$bin/smartkar-modem-sim" --link "$dir/car/modem" --ccid "$ccid" --preset fast --log
until_true 5 "modem" test -e "$dir/car/modem"
start car "$bin/smartkar-device" --modem "$dir/car/modem" --storage "$dir/car/storage" \
  --config "$dir/devices/$ccid/device.toml" --idle 5
echo "car $ccid is connecting"
until_true 90 "sleeping car" grep -q "car asleep" "$dir/log/car.log"

token=$(cat "$dir/server/token")
cat <<TEXT
car asleep

  page   http://$http
  API    http://$http/api/v1
  token  $token
  logs   $dir/log/

Try from a second terminal, in this directory:

  build/dev/bin/smartkarctl --dir $dir send $ccid vehicle.startCharging targetSoc=80 --wait
  build/dev/bin/smartkarctl --dir $dir watch $ccid
  curl -s -H "Authorization: Bearer $token" http://$http/api/v1/devices/$ccid/commands

Ctrl-C stops everything.
TEXT
while :; do
  wait -n "${pids[@]}" || true
  for i in "${!pids[@]}"; do
    if ! kill -0 "${pids[i]}" 2>/dev/null; then
      echo "run: ${names[i]} ended; $dir/log/${names[i]}.log says:" >&2
      tail -5 "$dir/log/${names[i]}.log" >&2
      exit 1
    fi
  done
done
