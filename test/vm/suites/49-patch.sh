# SPDX-License-Identifier: MIT
# The engine that instruments text: the kernel's text is byte for byte what it was, whatever was enabled or killed.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"

dtest_load
unload_dtrace
# Runs a program until every probe is enabled and for some milliseconds more.
run_for() { # MILLISECONDS PROGRAM
  $DTRACE_PROGRAMS/stop_clock 2 "$1" dtrace -q -n "BEGIN { printf(\"ready\\n\"); } $2" 2> run.err | tail -n 1 > run.out
  grep -qE 'us, status 0$' run.out
}

# The kernel changes its own text when it is traced for the first time; what counts is from then on.
check "a first run" run_for 10 'fbt::vfs_read:entry { @ = count(); }'
wait_until 10 nothing_armed
# The engine watches how the kernel makes kprobes for as long as it is loaded, which changes three entries.
unload_dtrace
check "the text without our modules can be read" $snapshot save without
dtrace -q -n 'fbt::vfs_read:entry { @ = count(); } tick-10ms { exit(0); }' > second.out
wait_until 10 nothing_armed
check "the text can be read" $snapshot save text

check "all entries" run_for 500 'fbt:::entry { @ = count(); }'
printf '# all entries: Ctrl-C to the end of the process: %s\n' "$(cat run.out)"
text_is_as_before "the text is as it was after all entries"
check "all returns" run_for 500 'fbt:::return { @ = count(); }'
printf '# all returns: Ctrl-C to the end of the process: %s\n' "$(cat run.out)"
text_is_as_before "the text is as it was after all returns"

(while [ ! -e stop ]; do cat /proc/self/maps /etc/passwd > /dev/null; ls -l /proc/self > /dev/null; done) 2> /dev/null &
load=$!
check "all of fbt, under load" run_for 2000 'fbt::: { @ = count(); }'
printf '# fbt::: under load: Ctrl-C to the end of the process: %s\n' "$(cat run.out)"
check_between "it ends soon (a busy emulator is allowed ten times the 50 ms)" 1 500000 "$(grep -oE '^[0-9]+' run.out)"
hits() { sed -nE 's/^site hits ([0-9]+), late.*/\1/p' /proc/dtrace/stats; }
wait_until 15 nothing_armed
hits_then=$(hits)
sleep 0.3
check_equal "no place is hit any more" "$hits_then" "$(hits)"
check_between "millions of hits were counted" 100000 1000000000000 "$hits_then"
check "thousands of instructions" run_for 1000 'instr:vmlinux:vfs_*:, instr:vmlinux:do_sys*:, instr:vmlinux:tcp_*: { @ = count(); }'
printf '# %s breakpoints known: Ctrl-C to the end of the process: %s\n' "$(armed 6)" "$(cat run.out)"
check_between "they were thousands" 3000 50000 "$(armed 6)"
touch stop
wait $load
rm stop
text_is_as_before "the text is as it was after that"

for _ in $(seq 20); do
  dtrace -q -n 'fbt:vmlinux:vfs_*:, fbt:vmlinux:sys*:, fbt:vmlinux:tcp*:, instr:vmlinux:vfs_read: { @ = count(); } tick-20ms { exit(0); }' \
    > cycle.out 2>&1 || break
done
check_equal "twenty cycles of enabling and disabling" 0 $?
text_is_as_before "the text is as it was after them"

# A consumer that is killed.
for victim in 'fbt::: { @ = count(); }' 'fbt:::return { @[probefunc] = count(); }' \
  'instr:vmlinux:vfs_*: { @ = count(); } fbt:::entry { @b = count(); }'; do
  $DTRACE_PROGRAMS/stop_clock 9 300 dtrace -q -n "BEGIN { printf(\"ready\\n\"); } $victim" > kill.out 2>&1
  check_output "kill -9 with everything on" 'status 137' cat kill.out
  check "leaves nothing armed" wait_until 15 nothing_armed
done
text_is_as_before "nor any byte changed"
dtrace -q -n 'fbt::: { @ = count(); }' > early.out 2>&1 &
sleep 0.4
kill -9 $!
wait $! 2> /dev/null
check "kill -9 in the middle of enabling leaves nothing armed either" wait_until 15 nothing_armed

# A module that comes and goes while probes of everything are being made and armed.
cat > module.sh << 'S'
nr=0
while [ ! -e module.stop ]; do
  modprobe -q dummy && nr=$((nr + 1))
  rmmod dummy
  head -c 20000 /proc/dtrace/fbt /proc/dtrace/instr
done > module.seen 2>&1
echo $nr > module.nr
S
rm -f module.stop
sh module.sh &
failed=0
for i in 1 2 3 4; do
  dtrace -q -n 'fbt:::return { @ = count(); } tick-20ms { exit(0); }' > module.out 2>&1 || failed=$((failed + 1))
  dtrace -q -Z -n 'instr:dummy:dummy_*:, fbt:dummy:: { @ = count(); } tick-200ms { exit(0); }' > module.out 2>&1 ||
    failed=$((failed + 1))
  [ $((i % 2)) -eq 0 ] || { wait_until 15 nothing_armed; rmmod dtrace_instr dtrace_fbt 2> /dev/null; }
done
touch module.stop
wait $!
check_equal "a module that comes and goes meanwhile disturbs nobody" 0 "$failed"
check "it did so often" test "$(cat module.nr)" -ge 10

# Two clients of the engine that come and go, each while the other does.
rm -f module.stop
turns() { # MODULE PROGRAM
  while [ ! -e module.stop ]; do
    dtrace -q -n "$2 { @ = count(); } tick-1ms { exit(0); }"
    wait_until 15 rmmod "$1"
  done
}
turns dtrace_instr 'instr::vfs_read:push*' > turns.out 2>&1 &
turns dtrace_fbt 'fbt::vfs_*:return' > turns.out 2>&1 &
sleep 10
touch module.stop
wait $(jobs -p)
check_output "clients of the engine do not get into each other's slots" '[1-9]' \
  dtrace -q -n 'fbt::vfs_read:,instr::vfs_read:push* { @ = count(); }' -c 'head -c 1 /dev/zero'

# In use.
dtrace -q -n 'BEGIN { printf("ready\n"); } fbt::vfs_read: { @ = count(); }' > use.out 2>&1 &
user=$!
wait_until 10 grep -q ready use.out
check_fails "a provider in use cannot be unloaded" 'in use|busy' rmmod dtrace_fbt
check_fails "nor the engine" 'in use|busy' rmmod dtrace_patch
kill "$user"
wait "$user"

check "all can be unloaded" unload_dtrace
check_output "the text without our modules is as it was" ' 0 differences' $snapshot compare without
switch_labels() { sysctl -q -w "kernel.sched_schedstats=$1"; }
$snapshot save before_switch > /dev/null
switch_labels 1
check_output "what the kernel itself switches is told apart" ' [1-9][0-9]* jump labels switched, 0 differences' \
  $snapshot compare before_switch
switch_labels 0
check_output "and is as before when it is switched back" ' 0 jump labels switched, 0 differences' \
  $snapshot compare before_switch
check "they load again" dtrace -q -n 'fbt::vfs_write:entry { exit(0); }' -c 'sh -c "echo > /dev/null"'
check_equal "after a self-test that found no difference" 0 "$(dmesg | grep -c 'dtrace_patch.*self-test')"
unload_dtrace
rmmod dtest_calls
