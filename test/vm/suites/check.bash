# SPDX-License-Identifier: MIT
# Sourced by guest suites: one line per claim. A claim that fails shows what was seen.
#   check NAME COMMAND...                 the command succeeds
#   check_status NAME STATUS COMMAND...   the command exits with exactly this status
#   check_output NAME REGEX COMMAND...    it succeeds and its output (both streams) matches
#   check_fails NAME REGEX COMMAND...     it fails (not by a signal) and its output matches
#   check_equal NAME WANTED FOUND         two texts are the same
#   check_between NAME LOW HIGH FOUND     a whole number lies within bounds, both included
# The last command's output stays in $seen, its status in $seen_status.

seen= seen_status=0

pass() { printf 'ok %s\n' "$1"; }
fail() { printf '%s\n' "${2:-}" | sed 's/^/    /'; printf 'not ok %s\n' "$1"; }

capture() {
  seen=$("$@" 2>&1 < /dev/null)
  seen_status=$?
}

check() {
  local name=$1
  shift
  capture "$@"
  if [ "$seen_status" -eq 0 ]; then pass "$name"; else fail "$name" "status $seen_status: $seen"; fi
}

check_status() {
  local name=$1 wanted=$2
  shift 2
  capture "$@"
  if [ "$seen_status" -eq "$wanted" ]; then
    pass "$name"
  else
    fail "$name" "status $seen_status instead of $wanted: $seen"
  fi
}

check_output() {
  local name=$1 regex=$2
  shift 2
  capture "$@"
  if [ "$seen_status" -eq 0 ] && [[ $seen =~ $regex ]]; then
    pass "$name"
  else
    fail "$name" "status $seen_status, wanted a match of: $regex"$'\n'"$seen"
  fi
}

check_fails() {
  local name=$1 regex=$2
  shift 2
  capture "$@"
  if [ "$seen_status" -gt 0 ] && [ "$seen_status" -lt 124 ] && [[ $seen =~ $regex ]]; then
    pass "$name"
  else
    fail "$name" "status $seen_status, wanted a failure and a match of: $regex"$'\n'"$seen"
  fi
}

check_equal() {
  if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "wanted: $2"$'\n'"found: $3"; fi
}

check_between() {
  if [[ $4 =~ ^-?[0-9]+$ ]] && [ "$4" -ge "$2" ] && [ "$4" -le "$3" ]; then
    pass "$1"
  else
    fail "$1" "wanted $2 to $3, found: $4"
  fi
}
