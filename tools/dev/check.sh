#!/usr/bin/env bash
# format, include rule, static analysis of changed files (check [--all] [--base COMMIT])
set -euo pipefail

base=HEAD~1
all=false
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      echo "usage: ./dev check [--all] [--base COMMIT]"
      echo "clang-format and the include rule on the whole tree; clang-tidy on the C++ files that changed since COMMIT"
      echo "(default HEAD~1, working tree included), or on all of them with --all."
      exit 0
      ;;
    --all) all=true ;;
    --base)
      base=${2:?a commit}
      shift
      ;;
    *)
      echo "check: unknown option '$1'" >&2
      exit 2
      ;;
  esac
  shift
done

bash tools/dev/setup.sh build check
echo "format"
git ls-files -z -- '*.cpp' '*.hpp' | xargs -0 -r clang-format --dry-run --Werror
echo "include rule"
bash tools/include_rule.sh tools/include_rule.txt .

if ! $all && ! git rev-parse -q --verify "$base" >/dev/null; then all=true; fi
if $all; then files=$(git ls-files -- '*.cpp'); else files=$(git diff --name-only --diff-filter=d "$base" -- '*.cpp'); fi
# Fuzz targets and the microcontroller are not in the everyday build's compiler database; in tests GoogleTest's macros drown what is ours.
files=$(grep -vE '_(fuzz|test)\.cpp$|^ports/cortex_m/' <<<"$files" || true)
if [ -z "$files" ]; then
  echo "tidy: no C++ file changed"
  exit 0
fi
echo "tidy: $(wc -l <<<"$files") file(s)"
cmake --preset dev >/dev/null
xargs -r -n 1 -P "$(nproc)" clang-tidy --quiet -p build/dev <<<"$files" 2> >(grep -vE '^[0-9]+ warnings? generated' >&2)
