#!/usr/bin/env bash
# run the fuzz targets (fuzz [--seconds N] [--json] [TARGET...])
set -euo pipefail

seconds=60
json=false
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      echo "usage: ./dev fuzz [--seconds N] [--json] [TARGET...]"
      echo "Shares N seconds (default 60) among the targets (default: all *_fuzz.cpp). Seeds: test/corpus/TARGET/."
      exit 0
      ;;
    --seconds)
      seconds=${2:?a number of seconds}
      shift
      ;;
    --json) json=true ;;
    -*)
      echo "fuzz: unknown option '$1'" >&2
      exit 2
      ;;
    *) targets+=("$1") ;;
  esac
  shift
done

if [ ${#targets[@]} -eq 0 ]; then
  mapfile -t targets < <(git ls-files -- '*_fuzz.cpp' | xargs -n1 basename | sed 's/\.cpp$//')
fi
bash tools/dev/build.sh --preset fuzz "${targets[@]}"

each=$((seconds / ${#targets[@]}))
[ "$each" -ge 1 ] || each=1
runs=0
failed=0
for target in "${targets[@]}"; do
  found=build/fuzz/found/$target
  mkdir -p "$found" "build/fuzz/corpus/$target"
  seeds=()
  [ ! -d "test/corpus/$target" ] || seeds=("test/corpus/$target")
  log=build/fuzz/$target.log
  if "build/fuzz/fuzz/$target" -max_total_time="$each" -max_len=4096 -artifact_prefix="$found/" -print_final_stats=1 \
    "build/fuzz/corpus/$target" "${seeds[@]}" >"$log" 2>&1; then
    executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-28s %10s runs, no finding\n' "$target" "$executed"
    runs=$((runs + executed))
  else
    printf '%-28s FAILED: %s (input in %s)\n' "$target" "$(grep -m1 -E 'ERROR|SUMMARY' "$log")" "$found" >&2
    failed=$((failed + 1))
  fi
done
if $json; then echo "{\"targets\":${#targets[@]},\"runs\":$runs,\"findings\":$failed}"; fi
[ "$failed" -eq 0 ]
