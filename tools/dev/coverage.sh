#!/usr/bin/env bash
# which branches of device/ the tests take (coverage [--json])
set -euo pipefail

json=false
case ${1:-} in
  "") ;;
  --json) json=true ;;
  --help)
    cat <<'TEXT'
usage: ./dev coverage [--json]

Builds the tests that run device code with clang's coverage, runs them, and prints for each file of device/ how many
branches were taken: each way out of a condition is a branch. The lines behind the figures: build/coverage/html.
  --json  one JSON object: device_branch_percent, branches, taken
TEXT
    exit 0
    ;;
  *)
    echo "coverage: unknown option '$1'; try ./dev coverage --help" >&2
    exit 2
    ;;
esac

build=build/coverage
bash tools/dev/setup.sh build coverage
bash tools/dev/build.sh --preset coverage device/all sim/all conformance_rig_test >&2
rm -rf "$build/profiles"
mkdir "$build/profiles"
LLVM_PROFILE_FILE=$PWD/$build/profiles/%m.profraw ctest --test-dir "$build" -j "$(nproc)" -L '^(device_|sim$|conformance_rig)' \
  --no-tests=error --output-on-failure >"$build/test_report.txt" || {
  cat "$build/test_report.txt" >&2
  exit 1
}

# The tools carry clang's major version in their name.
version=$(clang++ -dumpversion | cut -d. -f1)
"llvm-profdata-$version" merge -o "$build/all.profdata" "$build"/profiles/*.profraw
objects=("$build/test/conformance/conformance_rig_test")
for program in "$build"/device/*/*_test "$build"/sim/*_test; do objects+=(-object "$program"); done
# cov SUBCOMMAND [option...]
cov() {
  "llvm-cov-$version" "$@" -instr-profile="$build/all.profdata" -ignore-filename-regex='_test\.cpp|/testing/' \
    "${objects[@]}" 2>"$build/llvm-cov.log"
}

cov show -format=html -output-dir="$build/html" -show-branches=count >/dev/null
# The last three columns: branches, missed branches, percent.
cov report | awk -v json=$json '
  sub(/^.*\/device\//, "device/", $1) || $1 ~ /^device\// { branches += $(NF - 2); missed += $(NF - 1); line[$1] = sprintf("%5d of %5d  %s", $(NF - 2) - $(NF - 1), $(NF - 2), $1) }
  END {
    percent = branches ? 100 * (branches - missed) / branches : 0
    if (json == "true") {
      printf "{\"device_branch_percent\":%.2f,\"branches\":%d,\"taken\":%d}\n", percent, branches, branches - missed
    } else {
      for (file in line) if (line[file] !~ / of +0 /) print line[file] | "sort -k4"
      close("sort -k4")
      printf "%5d of %5d  device/: %.2f %%\n", branches - missed, branches, percent
    }
  }'
