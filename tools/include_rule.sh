#!/usr/bin/env bash
# Checks the includes of a tree against the table of who may include whom.
# usage: include_rule.sh TABLE ROOT      exit 1: each violation is one line on standard error
set -euo pipefail
table=$(realpath "$1")
cd "$2"

# Tests may use the helpers in test/support; nothing else may.
find . -path ./build -prune -o -path ./.git -prune -o -path '*/node_modules' -prune -o \
  \( -name '*.cpp' -o -name '*.hpp' \) -print0 | sort -z | xargs -0 -r awk -v table="$table" '
  function part_of(path,   best, name) {
    best = ""
    for (name in allowed) if (index(path, name "/") == 1 && length(name) > length(best)) best = name
    return best
  }
  function complain(text) { print FILENAME ":" FNR ": " text > "/dev/stderr"; bad = 1 }
  BEGIN {
    while ((getline line < table) > 0) {
      if (line ~ /^#/ || line ~ /^[ \t]*$/) continue
      split(line, sides, ":")
      if (line ~ /^!/) {
        count = split(substr(sides[1], 2), parts, " ")
        for (i = 1; i <= count; ++i) forbidden[parts[i]] = sides[2]
      } else {
        split(sides[1], folder, " ")
        allowed[folder[1]] = " " folder[1] " " sides[2] " "
      }
    }
  }
  FNR == 1 { file = substr(FILENAME, 3); part = part_of(file); if (part == "") complain("folder is not in the table") }
  part != "" && /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\""); target = part_of(quoted[2])
    if (target == "") complain("include from the root of the repository: " quoted[2])
    else if (index(allowed[part], " " target " ") == 0 && !(target == "test/support" && file ~ /_(test|fuzz)\.[ch]pp$/))
      complain(part " may not include " target " (" quoted[2] ")")
  }
  part != "" && /^[ \t]*#[ \t]*include[ \t]*</ && file !~ /_(test|fuzz)\.[ch]pp$/ {
    name = $0; sub(/^[^<]*</, "", name); sub(/>.*/, "", name)
    for (prefix in forbidden) if (index(part "/", prefix "/") == 1) {
      count = split(forbidden[prefix], patterns, " ")
      for (i = 1; i <= count; ++i) if (name ~ "^" patterns[i] "$") complain(part " may not include <" name ">")
    }
  }
  END { exit bad }'
