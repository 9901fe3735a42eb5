#!/usr/bin/env bash
# compile (build [--preset dev|release|asan|tsan|fuzz|cortex_m] [TARGET...])
set -euo pipefail

preset=dev
case ${1:-} in
  --help)
    echo "usage: ./dev build [--preset dev|release|asan|tsan|fuzz|cortex_m] [TARGET...]"
    echo "The result is in build/PRESET/, programs in build/PRESET/bin/."
    exit 0
    ;;
  --preset)
    preset=${2:?a preset name}
    shift 2
    ;;
esac

bash tools/dev/setup.sh build
[ "$preset" != fuzz ] || bash tools/dev/setup.sh fuzz
[ "$preset" != cortex_m ] || bash tools/dev/setup.sh emulator
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
targets=()
[ $# -eq 0 ] || targets=(--target "$@")
NINJA_STATUS="[$preset %f/%t] " cmake --build "build/$preset" "${targets[@]}"
