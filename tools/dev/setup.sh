#!/usr/bin/env bash
# install the missing system packages (all, or: setup build|run|test|check|fuzz|coverage|model|browser|emulator|bench)
set -euo pipefail

if [ "${1:-}" = --help ]; then
  echo "usage: ./dev setup [build|run|test|check|fuzz|coverage|model|browser|emulator|bench]..."
  echo "Installs what tools/packages.txt lists for these purposes (default: all) and the machine lacks."
  exit 0
fi

# A package counts as there when its command or file is there, whoever brought it.
present() {
  case $1 in
    -) dpkg-query -W -f '${Status}' "$2" 2>/dev/null | grep -q 'ok installed' ;;
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

missing=()
purposes=" ${*:-build run test check fuzz coverage model browser emulator bench} "
while IFS='|' read -r package proof needed _; do
  package=${package//[[:space:]]/}
  proof=${proof//[[:space:]]/}
  case $package in '' | '#'*) continue ;; esac
  for purpose in ${needed//,/ }; do
    if [[ $purposes == *" $purpose "* ]] && ! present "$proof" "$package"; then
      missing+=("$package")
      break
    fi
  done
done <tools/packages.txt
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
if ! command -v apt-get >/dev/null; then
  echo "dev: please install: ${missing[*]} (no apt-get here; tools/packages.txt says what each is for)" >&2
  exit 1
fi
echo "installing: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update &&
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -20 "$log" >&2
  echo "dev: apt-get could not install the packages above" >&2
  exit 1
fi
