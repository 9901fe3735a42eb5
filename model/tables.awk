# Turns the two state tables of docs/protocol.md into Promela: names for rows, events and actions, and the cells.
# usage: awk -f model/tables.awk docs/protocol.md
function name(text) {
  gsub(/^[ ]+|[ ]+$/, "", text)
  gsub(/ /, "_", text)
  return toupper(text)
}

function define(word, value) { printf "#define %s %d\n", word, value }

/^<!-- server table -->$/ { prefix = "S"; table = "server_cell"; line = 0; next }
/^<!-- car table -->$/ { prefix = "C"; table = "car_cell"; line = 0; next }

prefix != "" && /^\|/ {
  columns = split($0, cell, "|") - 2
  ++line
  if (line == 1) {
    for (i = 2; i <= columns; ++i) define(prefix "E_" name(cell[i + 1]), i - 2)
    events[prefix] = columns - 1
    define(prefix "_EVENTS", columns - 1)
  } else if (line > 2) {
    row = line - 3
    define(prefix "_" name(cell[2]), row)
    if (columns - 1 != events[prefix]) {
      print "tables.awk: row " row + 1 " of " table " has " columns - 1 " cells, not " events[prefix] > "/dev/stderr"
      failed = 1
      exit 1
    }
    for (i = 2; i <= columns; ++i) {
      text = cell[i + 1]
      gsub(/^[ ]+|[ ]+$/, "", text)
      if (text == "–") action = "NOTHING"
      else if (text == "×") action = "IMPOSSIBLE"
      else {
        action = prefix "A_" name(text)
        if (!(action in seen)) {
          seen[action] = 1
          actions[prefix] = actions[prefix] " " action
        }
      }
      cells[++filled] = table "[" row * events[prefix] + i - 2 "] = " action
    }
    rows[prefix] = row + 1
  }
  next
}

prefix != "" && line > 0 { prefix = "" }

END {
  if (failed) exit 1
  if (rows["S"] == 0 || rows["C"] == 0) {
    print "tables.awk: no <!-- server table --> or no <!-- car table -->" > "/dev/stderr"
    exit 1
  }
  define("S_ROWS", rows["S"])
  define("C_ROWS", rows["C"])
  define("NOTHING", 0)
  define("IMPOSSIBLE", 1)
  number = 1
  for (p = 1; p <= 2; ++p) {
    count = split(actions[p == 1 ? "S" : "C"], list, " ")
    for (i = 1; i <= count; ++i) define(list[i], ++number)
  }
  printf "hidden byte server_cell[%d];\nhidden byte car_cell[%d];\n\n", rows["S"] * events["S"], rows["C"] * events["C"]
  print "inline fillTables() {"
  for (i = 1; i <= filled; ++i) printf "  %s%s\n", cells[i], i < filled ? ";" : ""
  print "}"
}
