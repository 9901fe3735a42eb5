#!/usr/bin/env bash
# what the device costs on a Cortex-M4 (size [--json])
set -euo pipefail

json=false
case ${1:-} in
  --help)
    cat <<'TEXT'
usage: ./dev size [--json]

Bytes of four programs for a Cortex-M4 at -Os without a heap (ports/cortex_m/size): text is code, constants and the
initial values of variables; RAM is variables and a stack of 16 KiB. "Above" is text without that of the bare start-up.
Fails if one is larger than ports/cortex_m/size/budgets.txt allows. docs/size.md says what is in them.
TEXT
    exit 0
    ;;
  --json) json=true ;;
  "") ;;
  *)
    echo "size: unknown option '$1'; try ./dev size --help" >&2
    exit 2
    ;;
esac

bash tools/dev/build.sh --preset cortex_m >&2

# measure PROGRAM: its text and its RAM.
measure() {
  arm-none-eabi-size "build/cortex_m/bin/size_$1.elf" | awk 'NR == 2 { print $1 + $2, $2 + $3 }'
}
read -r baseline _ < <(measure baseline)
declare -A figures=([baseline_text]=$baseline)
$json || printf '%-12s %8s %8s %8s\n' program text above RAM
for program in link_native link_socket core; do
  read -r text ram < <(measure "$program")
  figures[${program}_text]=$((text - baseline))
  figures[${program}_ram]=$ram
  $json || printf '%-12s %8d %8d %8d\n' "$program" "$text" $((text - baseline)) "$ram"
done

failed=0
while read -r name budget; do
  if [ "${figures[$name]}" -gt "$budget" ]; then
    echo "size: $name is ${figures[$name]}, its budget $budget" >&2
    failed=1
  fi
done < <(grep -v '^#' ports/cortex_m/size/budgets.txt)
if $json; then
  pairs=
  for name in baseline_text link_native_text link_socket_text core_text core_ram; do
    pairs+="${pairs:+,}\"$name\":${figures[$name]}"
  done
  echo "{$pairs}"
fi
exit $failed
