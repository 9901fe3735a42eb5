# Turns the @ lines of a replayed trail into sentences. usage: awk -f model/story.awk tables.pml replay
FNR == NR {
  if ($1 == "#define") {
    prefix = substr($2, 1, 2)
    if (prefix == "S_" || prefix == "C_") row[prefix $3] = word($2, 3)
    else if (prefix == "SE" || prefix == "CE") event[substr(prefix, 1, 1) $3] = word($2, 4)
    else if (prefix == "SA" || prefix == "CA") action[$3] = word($2, 4)
  }
  next
}
function word(name, from,   text) {
  text = tolower(substr(name, from))
  gsub(/_/, " ", text)
  return text
}
BEGIN {
  split("command cancel sync response awake will", kind, " ")
  split("in_progress completed failed rejected expired cancelled unknown busy never_received too_late", status, " ")
  action[0] = "nothing"; action[1] = "(impossible)"
  row["S_8"] = "absent"
}
{ sub(/^ +/, "") }
/^@server / { printf "server    command %d: %s × %s -> %s\n", $2, row["S_" $3], event["S" $4], action[$5] }
/^@car / { printf "car       id %d: %s × %s -> %s\n", $2, row["C_" $3], event["C" $4], action[$5] }
/^@to_car / { printf "arrives   at the car: %s %d of contact %d\n", kind[$2], $3, $4 }
/^@to_server / {
  if ($2 == 4) printf "arrives   at the server: response to id %d: %s%s%s\n", $3, status[$5 % 16], ($4 ? " in contact " $4 : ""), ($5 >= 64 ? " (outdated)" : "")
  else printf "arrives   at the server: %s of contact %d, connection %d%s\n", kind[$2], $4, $5 % 8, ($5 >= 64 ? " (again)" : "")
}
/^@sync / { printf "server    sync in contact %d, open %d\n", $2, $3 }
/^@contact / { printf "car       begins contact %d on connection %d\n", $2, $3 }
/^@effect / { printf "VEHICLE   command %d takes effect\n", $2 }
/^@restart / { printf "FAULT     the car restarts%s\n", ($2 ? " and has lost its journal" : "") }
/^@crash/ { print "FAULT     the server stops and starts" }
/^@backup/ { print "world     a backup is taken" }
/^@restore/ { print "FAULT     the backup is restored" }
/^@past / { printf "world     command %d is past its expiry\n", $2 }
/^@calm/ { print "world     no fault from now on" }
/^@request / { printf "client    asks for command %d\n", $2 }
/assertion violated/ { print "VIOLATION " $0 }
