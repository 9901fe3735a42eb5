#!/usr/bin/env bash
# format every C++ file
set -euo pipefail

bash tools/dev/setup.sh check
git ls-files -z -- '*.cpp' '*.hpp' | xargs -0 -r clang-format -i
