# SPDX-License-Identifier: MIT
# Sourced after check.bash by suites that trace the test modules (test/modules):
#   dtest_load                 loads dtest_calls afresh
#   calls WHAT N               a command for -c: N calls of a function
#   called WHAT                how often that function has run, by the module's own count
#   unload_dtrace              unloads every module of DTrace, waiting for what is being disarmed
#   checksum                   of the results of the last "mix"
#   wait_until SECONDS COMMAND...
#   text_is_as_before NAME     checks the kernel's text against "$snapshot save text"

dtest_modules=$DTRACE_BUILD_DIR/test/modules/$(uname -r)
snapshot=$DTRACE_PROGRAMS/text_snapshot
tracefs=/sys/kernel/tracing
mountpoint -q $tracefs || mount -t tracefs tracefs $tracefs

wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}
dtest_load() {
  [ ! -d /sys/module/dtest_calls ] || rmmod dtest_calls
  insmod "$dtest_modules/dtest_calls.ko" && return
  fail "the test module loads" "build it with cmake/build-modules --tests"
  exit 1
}
calls() { printf 'sh -c "echo %s %s > /proc/dtest"' "$1" "$2"; }
called() { awk -v what="$1" '$1 == what { print $2 }' /proc/dtest; }
checksum() { called checksum; }
unload_once() {
  local module
  for module in $(ls /sys/module | grep '^dtrace_' | grep -v '^dtrace_patch$') dtrace_patch dtrace; do
    [ ! -d "/sys/module/$module" ] || rmmod "$module" 2> /dev/null
  done
  [ ! -d /sys/module/dtrace ]
}
unload_dtrace() { wait_until 15 unload_once; }
# Number N of the line of armed sites in the statistics: 1 entries, 3 jumps, 5 breakpoints, 7 stuck.
armed() { grep '^sites:' /proc/dtrace/stats | grep -oE '[0-9]+' | sed -n "${1}p"; }
nothing_armed() { grep -q '^sites: entries 0 of .* jumps 0 of .* breakpoints 0 of .*; stuck 0$' /proc/dtrace/stats; }
address_of() { awk -v name="$1" '$3 == name { print "0x" $1; exit }' /proc/kallsyms; }
text_is_as_before() {
  wait_until 15 nothing_armed
  check_output "$1" ' 0 differences' "$snapshot" compare text
}
