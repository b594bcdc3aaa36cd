# SPDX-License-Identifier: MIT
# What must hold on every processor, kernel and machine of the table (test/vm/guestlib/environments.py): exact counts,
# the kernel's text as it was, its memory back, nothing in its log.
# Limit: 1200 s
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"

# Told to test/run, which puts them into a table.
figure() { printf '# figure %s %s\n' "$1" "$2"; }
# What the kernel keeps for itself, without what it gives back when asked.
kept_kib() {
  sync
  echo 3 > /proc/sys/vm/drop_caches
  sleep 1
  awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}
# Complaints of the kernel, without what it says of every module that is not its own.
complaints() {
  dmesg --level=emerg,alert,crit,err,warn | grep -vE 'taints kernel|module verification failed|tainting kernel' | wc -l
}
everything='fbt::: { @ = count(); } BEGIN { printf("ready\n"); }'
run_for() { # MILLISECONDS PROGRAM
  "$DTRACE_PROGRAMS/stop_clock" 2 "$1" dtrace -q -n "$2" 2> run.err | tail -n 1 > run.out
  grep -qE 'us, status 0$' run.out || { cat run.err run.out; false; }
}
# What the run itself loads before anything is measured.
round() {
  dtrace -q -n 'fbt::vfs_read:entry, syscall::read:entry, instr::vfs_read:, tcp:::send { @ = count(); }
    tick-50ms { exit(0); }' && run_for 300 "$everything"
}

complaints_before=$(complaints)
dtest_load
unload_dtrace
check "every provider can be used" round
wait_until 60 nothing_armed
figure sites "$(grep '^sites:' /proc/dtrace/stats | sed -E 's/^sites: entries [0-9]+ of ([0-9]+).*jumps [0-9]+ of ([0-9]+).*/\1+\2/')"
printf '# %s\n' "$(grep '^sites:' /proc/dtrace/stats)"
check_output "nothing of the engine is off" '^0$' sh -c 'grep -cE "feature.*off|missing" /proc/dtrace/stats; true'
text_is_as_before() {
  wait_until 60 nothing_armed
  check_output "$1" ' 0 differences' "$snapshot" compare "${2:-text}"
}
"$snapshot" save text > snapshot.out
unload_dtrace
"$snapshot" save without > snapshot.out
kept_before=$(kept_kib)

# Counts, in processes on every CPU, in interrupts, at tail jumps, at instructions, of system calls.
first=$(sed -E 's/[-,].*//' /sys/devices/system/cpu/online)
last=$(sed -E 's/.*[-,]//' /sys/devices/system/cpu/online)
both="sh -c 'for cpu in $first $last; do taskset -c \$cpu sh -c \"echo leaf 100000 > /proc/dtest\" & done; wait'"
before=$(called leaf)
check_output "calls on two CPUs: entries and returns" '^200000 200000$' \
  dtrace -q -n 'fbt::dtest_leaf:entry { @e = count(); } fbt::dtest_leaf:return { @r = count(); }
    END { printa("%@d", @e); printa(" %@d\n", @r); }' -c "$both"
check_equal "calls on two CPUs: as the module counted" 200000 $(($(called leaf) - before))
check_output "instructions" '^100000$' \
  dtrace -q -n 'instr:dtest_calls:dtest_leaf:ret*, instr:dtest_calls:dtest_leaf:jmp* { @ = count(); } END { printa("%@d\n", @); }' \
  -c "$(calls leaf 100000)"
check_output "tail jumps" '^5000 5000$' \
  dtrace -q -n 'int e, r; fbt::dtest_tail:entry { e++; } fbt::dtest_tail:return { r++; } END { printf("%d %d\n", e, r); }' \
  -c "$(calls tail 5000)"
before=$(called timer)
check_output "interrupts" '^(20[0-9][0-9]) \1$' \
  dtrace -q -n 'fbt::dtest_timer:entry { @e = count(); } fbt::dtest_timer:return { @r = count(); }
    END { printa("%@d", @e); printa(" %@d\n", @r); }' -c 'sh -c "echo timer 2000 > /proc/dtest; sleep 2"'
check_equal "interrupts: as the module counted" "${seen%% *}" $(($(called timer) - before))
check_output "system calls" '^3000$' \
  dtrace -q -n 'syscall::getppid:entry /pid == $target/ { @ = count(); } END { printa("%@d\n", @); }' \
  -c 'python3 -c "import os; [os.getppid() for _ in range(3000)]"'
check_output "timers" '^50$' dtrace -q -n 'int n; tick-10ms { n++; } tick-10ms /n == 50/ { printf("%d\n", n); exit(0); }'
check_output "connections" '^[1-9]' dtrace -q -n 'tcp:::connect-established { @ = count(); } END { printa("%@d\n", @); }' \
  -c "python3 -c 'import socket; s = socket.create_server((\"127.0.0.1\", 0)); socket.create_connection(s.getsockname())'"
echo mix 200 > /proc/dtest
wanted=$(checksum)
check "every instruction of a function" dtrace -q -n 'instr:dtest_calls:dtest_mix: { @ = count(); }' -c "$(calls mix 200)"
check_equal "its results are the same" "$wanted" "$(checksum)"

# Everything at once, under load, three times; killed, once.
(while [ ! -e stop ]; do cat /proc/self/maps /etc/passwd > /dev/null; ls -l /proc/self > /dev/null; done) 2> /dev/null &
load=$!
for number in 1 2 3; do
  check "all of fbt under load, $number" run_for 500 "$everything"
  figure "ctrl_c_us" "$(grep -oE '^[0-9]+' run.out)"
done
"$DTRACE_PROGRAMS/stop_clock" 9 300 dtrace -q -n "$everything" > kill.out 2>&1
touch stop
wait $load
text_is_as_before "the text is as it was after all of fbt"
figure hits "$(sed -nE 's/^site hits ([0-9]+), late.*/\1/p' /proc/dtrace/stats)"

check "everything can be unloaded" unload_dtrace
text_is_as_before() { check_output "$1" ' 0 differences' "$snapshot" compare without; }
text_is_as_before "the text without our modules is as it was"
after=$(kept_kib)
figure kept_kib $((after - kept_before))
check_between "the memory is back (a few hundred KiB are the kernel's own)" -1000000 2048 $((after - kept_before))
rmmod dtest_calls
check_equal "the kernel's log has no complaint" "$complaints_before" "$(complaints)"
