# SPDX-License-Identifier: MIT
# Limit: 120 s
# A consumer that is stopped, not dead, loses its probes after 40 s; others do not.
. "$DTRACE_SUITES/check.bash"

modules=$DTRACE_BUILD_DIR/modules/$(uname -r)
for module in dtrace dtrace_syscall; do
  [ -d "/sys/module/$module" ] || insmod "$modules/$module.ko"
done
"$DTRACE_PROGRAMS/kcore_count" syscall "" "" entry 0 > stopped.out &
stopped=$!
"$DTRACE_PROGRAMS/kcore_count" syscall "" read entry 0 > alive.out &
alive=$!
sleep 2
kill -STOP "$stopped"
sleep 45
check "the silent consumer was killed by the core" grep -q '^consumer .* killed' /proc/dtrace/stats
check "the log tells" grep -q deadman /proc/dtrace/trace
check_equal "the other one still has its probe" 1 "$(awk '$1 == "syscall" { print $4 }' /proc/dtrace/providers)"
kill -9 "$stopped" "$alive"
wait 2> /dev/null
check "both are gone" sh -c 'for i in 1 2 3 4 5 6 7 8 9; do rmmod dtrace_syscall && exit 0; sleep 0.2; done; exit 1'
rmmod dtrace_profile dtrace 2> /dev/null || :
