#!/usr/bin/env bash
# verify the delivery model with SPIN (model [--quick] [--jobs N] [--json] [INSTANCE...])
set -euo pipefail

quick=false
json=false
jobs=$(nproc)
wanted=()
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      cat <<'TEXT'
usage: ./dev model [--quick] [--jobs N] [--json] [INSTANCE...]

Searches every state of the bounded instances of model/ for a broken promise (P1 to P4), with the state tables taken
from docs/protocol.md. Then seeds mistakes one by one (model/errors.txt): each must be caught. At last, states without
which the promise would mean nothing must be reachable (model/witnesses.txt). Several minutes; up to 2 GB for each job.
  --quick     two instances, three mistakes, one witness: less than a minute
  --jobs N    so many searches at a time (default: all processors)
  --json      one JSON object: states, errors_seeded, errors_caught, witnesses, passed, failed, seconds
  INSTANCE    only these (first column of model/instances.txt) and what belongs to them
A violation is told as a story and can be replayed; what was searched is in build/model/.
Exit status: 0 all passed, 1 something failed, 2 wrong usage.
examples: ./dev model --quick      ./dev model r      ./dev model --json
TEXT
      exit 0
      ;;
    --quick) quick=true ;;
    --json) json=true ;;
    --jobs)
      jobs=${2:-}
      if [[ ! $jobs =~ ^[1-9][0-9]*$ ]]; then
        echo "model: --jobs needs a number" >&2
        exit 2
      fi
      shift
      ;;
    -*)
      echo "model: unknown option '$1'; try ./dev model --help" >&2
      exit 2
      ;;
    *)
      if ! grep -q "^$1 |" model/instances.txt; then
        echo "model: there is no instance '$1' in model/instances.txt" >&2
        exit 2
      fi
      wanted+=("$1")
      ;;
  esac
  shift
done

# Progress; the JSON object stands alone on standard output.
exec 3>&1
if $json; then exec 3>&2; fi

bash tools/dev/setup.sh model >&3
started=$SECONDS
work=build/model
mkdir -p "$work"
awk -f model/tables.awk docs/protocol.md >"$work/tables.pml"

is_wanted() { # INSTANCE
  [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $1 "* ]]
}
is_quick() { ! $quick || [[ " $1 " == *" $2 "* ]]; }  # LIST NAME
bounds_of() { sed -n "s/^$1 | \([^|]*[^| ]\) *|.*/\1/p" model/instances.txt; }

# search NAME BOUNDS: builds and runs one search in build/model/NAME; its output is in `result` there.
search() {
  local name=$1 bounds=$2 dir=$work/$1 defines=() child mode=(-DSAFETY -DNOCLAIM) how=(-E) optimise=-O1
  rm -rf "$dir"
  mkdir -p "$dir"
  cp model/*.pml "$work/tables.pml" "$dir/"
  for bound in $bounds; do defines+=("-D$bound"); done
  echo "${defines[*]}" >"$dir/defines"
  # Most of these end early.
  if [[ $bounds == *ERROR=* || $bounds == *WITNESS=* ]]; then optimise=-O0; fi
  if [[ $bounds == *LTL=* ]]; then mode=() how=(-a); fi
  # In a process group of its own, so that all of it ends with this shell.
  trap 'kill -- "-$child" 2>/dev/null; exit 1' INT TERM
  set -m
  (
    cd "$dir"
    spin "${defines[@]}" -a delivery.pml >build.log 2>&1
    gcc "$optimise" -w -DNOREDUCE -DVECTORSZ=1024 -DMEMLIM=6000 "${mode[@]}" -o pan pan.c >>build.log 2>&1
    exec ./pan "${how[@]}" -m500000 -w24 >result 2>&1
  ) &
  child=$!
  wait "$child" || true
}

# Names, bounds and what is expected of every search, in the order of the report.
kinds=() names=() bounds=() titles=()
plan() {
  kinds+=("$1") names+=("$2") bounds+=("$3") titles+=("$4")
}
while IFS='|' read -r name bound title; do
  name=${name// /}
  case $name in '' | '#'*) continue ;; esac
  if is_wanted "$name" && is_quick "e s" "$name"; then plan instance "$name" "$bound" "${title# }"; fi
done <model/instances.txt
while IFS='|' read -r number instance promise title; do
  number=${number// /} instance=${instance// /} promise=${promise// /}
  case $number in '' | '#'*) continue ;; esac
  if is_wanted "$instance" && is_quick "7 9 20" "$number"; then
    plan error "error$number" "$(bounds_of "$instance") ERROR=$number ONLY=${promise#P}" "$promise, instance $instance:${title}"
  fi
done <model/errors.txt
while IFS='|' read -r number instance title; do
  number=${number// /} instance=${instance// /}
  case $number in '' | '#'*) continue ;; esac
  if is_wanted "$instance" && is_quick "11" "$number"; then
    plan witness "witness$number" "$(bounds_of "$instance") WITNESS=$number" "instance $instance:${title}"
  fi
done <model/witnesses.txt

pids=()
stop_all() {
  trap - EXIT INT TERM
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait || true
}
trap stop_all EXIT
trap 'echo "model: stopped" >&2; exit 1' INT TERM

states=0 seeded=0 caught=0 witnesses=0 passed=0 failed=0

fail() {
  failed=$((failed + 1))
  echo "model: $*" >&2
}

# judge INDEX: reads the result of a search that has ended, and reports.
judge() {
  local kind=${kinds[$1]} name=${names[$1]} title=${titles[$1]} dir=$work/${names[$1]} found errors depth time
  errors=$(sed -nE 's/.*errors: ([0-9]+)$/\1/p' "$dir/result" 2>/dev/null | tail -1)
  if [ -z "$errors" ]; then
    fail "$name was not searched: $dir/build.log, $dir/result"
    return
  fi
  found=$(sed -nE 's/^ *([0-9.e+]+) states, stored.*/\1/p' "$dir/result" | awk '{ printf "%.0f", $1 }')
  depth=$(sed -nE 's/.*depth reached ([0-9]+),.*/\1/p' "$dir/result")
  time=$(sed -nE 's/^pan: elapsed time ([0-9.]+) seconds/\1/p' "$dir/result")
  case $kind in
    instance)
      states=$((states + found))
      if [ "$errors" -ne 0 ]; then
        printf '%-10s VIOLATED   %s\n' "$name" "$title" >&3
        (
          cd "$dir"
          # shellcheck disable=SC2046
          spin -t $(cat defines) delivery.pml >replay 2>&1 || true
        )
        awk -f model/story.awk "$dir/tables.pml" "$dir/replay" >&2
        fail "instance $name breaks a promise; step by step: (cd $dir && spin -t -p $(cat "$dir/defines") delivery.pml)"
      elif grep -qE 'Search not completed|max search depth too small|out of memory' "$dir/result"; then
        fail "instance $name was not searched to its end: $dir/result"
      else
        passed=$((passed + 1))
        printf '%-10s %9d states, depth %4d, %5.1f s  %s\n' "$name" "$found" "$depth" "${time:-0}" "$title" >&3
      fi
      ;;
    error)
      seeded=$((seeded + 1))
      if [ "$errors" -ne 0 ]; then
        caught=$((caught + 1))
        passed=$((passed + 1))
        printf '%-10s caught     %s\n' "$name" "$title" >&3
      else
        fail "$name is not caught ($title)"
      fi
      ;;
    witness)
      witnesses=$((witnesses + 1))
      if [ "$errors" -ne 0 ]; then
        passed=$((passed + 1))
        printf '%-10s reachable  %s\n' "$name" "$title" >&3
      else
        fail "$name is not reachable ($title)"
      fi
      ;;
  esac
  rm -f "$dir"/pan "$dir"/pan.? "$dir"/*.tmp
}

# Reports in the order of the plan while up to `jobs` searches run.
next=0
for ((i = 0; i < ${#names[@]}; ++i)); do
  while [ "$next" -lt ${#names[@]} ] && [ "$next" -lt $((i + jobs)) ]; do
    search "${names[$next]}" "${bounds[$next]}" &
    pids[next]=$!
    next=$((next + 1))
  done
  wait "${pids[$i]}" || true
  unset "pids[$i]"
  judge "$i"
done

seconds=$((SECONDS - started))
if $json; then
  echo "{\"states\":$states,\"errors_seeded\":$seeded,\"errors_caught\":$caught,\"witnesses\":$witnesses,\"passed\":$passed,\"failed\":$failed,\"seconds\":$seconds}"
else
  echo "$states states, $caught of $seeded seeded errors caught, $witnesses reachability checks, took $seconds s"
  echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
