# SPDX-License-Identifier: MIT
# Limit: 200 s
# The kernel's own tracers beside us, at the same places: function tracer, kprobes, bpftrace.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"

dtest_load
unload_dtrace
echo mix 2000 > /proc/dtest
wanted=$(checksum)
# The kernel changes its own text when it is traced for the first time; what counts is from then on.
dtrace -q -n 'fbt::vfs_read:entry { @ = count(); } tick-10ms { exit(0); }' > out
wait_until 10 nothing_armed
check "the text can be read" $snapshot save text

echo function > $tracefs/current_tracer
check_equal "the function tracer runs" function "$(cat $tracefs/current_tracer)"
before=$(called leaf)
check_output "counts are exact beside it" '^20000 20000$' \
  dtrace -q -n 'fbt::dtest_leaf:entry { e++; } fbt::dtest_leaf:return { r++; } END { printf("%d %d\n", e, r); }' \
  -c "$(calls leaf 20000)"
echo nop > $tracefs/current_tracer
(for _ in 1 2 3 4 5; do echo function > $tracefs/current_tracer; sleep 0.1; echo nop > $tracefs/current_tracer; done) &
flips=$!
check_output "it may be turned on and off all the time" '^20000 20000$' \
  dtrace -q -n 'fbt::dtest_leaf:entry { e++; } fbt::dtest_leaf:return { r++; } END { printf("%d %d\n", e, r); }' \
  -c "$(calls leaf 20000)"
wait $flips
check_equal "tracing of functions is still enabled in the kernel" 1 "$(cat /proc/sys/kernel/ftrace_enabled)"
text_is_as_before "the text is as it was after that"

kprobe() { echo "$1" >> $tracefs/kprobe_events; }
profile_of() { awk -v name="$1" '$1 == name { print $2 }' $tracefs/kprobe_profile; }
kprobes_off() {
  [ ! -e $tracefs/events/kprobes/enable ] || echo 0 > $tracefs/events/kprobes/enable
  echo > $tracefs/kprobe_events
}
check "a kprobe at an entry" kprobe 'p:at_entry dtest_leaf'
check "a kretprobe" kprobe 'r:at_return dtest_leaf'
second=$(dtrace -l -n 'instr::dtest_leaf:inc*' | awk '/inc-/ { sub(/inc-/, "", $NF); print "0x" $NF }')
check "a kprobe behind the entry" kprobe "p:in_middle dtest_leaf+$second"
echo 1 > $tracefs/events/kprobes/enable
sleep 0.2 # the kernel may turn its breakpoint into a jump in the meantime
check_output "our probes fire beside kprobes" '^3000 3000$' \
  dtrace -q -n 'fbt::dtest_leaf:entry { e++; } fbt::dtest_leaf:return { r++; } END { printf("%d %d\n", e, r); }' \
  -c "$(calls leaf 3000)"
check_equal "the kprobe at the entry fired as often" 3000 "$(profile_of at_entry)"
check_equal "so did the kretprobe" 3000 "$(profile_of at_return)"
check_equal "and the one behind the entry" 3000 "$(profile_of in_middle)"
dtrace -q -n 'instr::dtest_leaf: { @[probename] = count(); } END { printa("%s %@d\n", @); }' -c "$(calls leaf 10)" > beside.out 2>&1
check_equal "the place of the kprobe is left to it" 0 "$(grep -c "^inc-${second#0x} " beside.out)"
check "other instructions fire" grep -qE '^ret-.* 10$' beside.out
kprobes_off
dtrace -q -n 'BEGIN { printf("ready\n"); } instr::dtest_mix:, fbt::dtest_mix: { @ = count(); }' > ours.out 2>&1 &
ours=$!
wait_until 10 grep -q ready ours.out
offsets=$(dtrace -l -n 'instr::dtest_mix:' | awk '$NF ~ /-[0-9a-f]+$/ { sub(/.*-/, "", $NF); print "0x" $NF }')
for offset in $(seq 0 "$(($(tail -n 1 <<< "$offsets") + 4))"); do
  kprobe "p:late_$offset dtest_mix+$offset" 2> /dev/null
done
printf '# %s kprobes could be made among %s probes of ours\n' "$(wc -l < $tracefs/kprobe_events)" "$(wc -w <<< "$offsets")"
check_equal "none at a place of ours" '' \
  "$(comm -12 <(sed -n 's/.*dtest_mix+//p' $tracefs/kprobe_events | xargs -r printf '0x%x\n' | sort) \
    <(grep -vxE '0x[04]' <<< "$offsets" | sort))" # those are the function tracer's
[ ! -e $tracefs/events/kprobes/enable ] || echo 1 > $tracefs/events/kprobes/enable
echo mix 2000 > /proc/dtest
check_equal "kprobes that come after us disturb nothing" "$wanted" "$(checksum)"
kill "$ours"
wait "$ours"
echo mix 2000 > /proc/dtest
check_equal "not even when we have left" "$wanted" "$(checksum)"
kprobes_off
echo mix 2000 > /proc/dtest
check_equal "nor when they have" "$wanted" "$(checksum)"
check "nothing of ours is stuck" wait_until 5 nothing_armed

offset_of() { tr ' ' '\n' <<< "$listed" | awk -F- -v name="$1" '$1 == name { print "0x" $2; exit }'; }
listed=$(dtrace -l -n 'instr::dtest_mix:' | awk '{ print $NF }')
# Kprobes that were there before us: with the kernel's breakpoint, and turned into a jump of five bytes.
beside() { # NAME OFFSET: our probes on all instructions, with a kprobe that leaves before us
  kprobe "p:first dtest_mix+$2"
  echo 1 > $tracefs/events/kprobes/enable
  sleep 0.3
  dtrace -q -n 'BEGIN { printf("ready\n"); } instr::dtest_mix: { @ = count(); }' > beside.out 2>&1 &
  wait_until 10 grep -q ready beside.out
  echo mix 2000 > /proc/dtest
  check_equal "$1: computes the same" "$wanted" "$(checksum)"
  kprobes_off
  echo mix 2000 > /proc/dtest
  check_equal "$1: and when the kprobe has gone" "$wanted" "$(checksum)"
  kill $!
  wait $!
  echo mix 2000 > /proc/dtest
  check_equal "$1: and when we have gone" "$wanted" "$(checksum)"
}
sysctl -q debug.kprobes-optimization=0
third=$(offset_of and)
check_equal "the middle of an instruction with a kprobe is none of ours" 0 \
  "$(kprobe "p:seen dtest_mix+$third"; echo 1 > $tracefs/events/kprobes/enable
    dtrace -l -n 'instr::dtest_mix:' | awk '{ sub(/.*-/, "", $NF); print $NF }' | grep -cx "$(printf %x $((third + 1)))")"
kprobes_off
for offset in $third $(offset_of lea) $(offset_of sub); do beside "breakpoint at $offset" $offset; done
sysctl -q debug.kprobes-optimization=1
for offset in $third $(offset_of lea) $(offset_of sub); do beside "jump at $offset" $offset; done
# Kprobes that are made while we are there. The kernel must see below our breakpoints what leads where: it replaces
# several instructions by one jump only if nobody jumps to the later ones.
optimised() { grep 'dtest_mix.*OPTIMIZED' /sys/kernel/debug/kprobes/list | grep -oE '0x[0-9a-f]+' | sort; }
mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
offsets_of() { dtrace -l -n "$1" | awk '$NF ~ /-[0-9a-f]+$/ { sub(/.*-/, "", $NF); print "0x" $NF }' | sort; }
branches='instr::dtest_mix:j*,instr::dtest_mix:loop*'
theirs=$(comm -23 <(sort <<< "$offsets") <(offsets_of "$branches"))
all_alone=$(mktemp) all_beside=$(mktemp)
made=yes right=yes
for part in 0 1 2 3 4; do
  some=$(awk -v part=$part 'NR % 5 == part' <<< "$theirs")
  make_some() {
    for offset in $some; do kprobe "p:new_$offset dtest_mix+$offset" 2> /dev/null; done
    echo 1 > $tracefs/events/kprobes/enable
  }
  make_some
  alone=$(wc -l < $tracefs/kprobe_events)
  sleep 0.3
  optimised >> "$all_alone"
  kprobes_off
  dtrace -q -n "BEGIN { printf(\"ready\\n\"); } $branches { @ = count(); }" > beside.out 2>&1 &
  wait_until 10 grep -q ready beside.out
  make_some
  [ "$(wc -l < $tracefs/kprobe_events)" = "$alone" ] || made="part $part: $(wc -l < $tracefs/kprobe_events) of $alone"
  sleep 0.3
  optimised >> "$all_beside"
  echo mix 2000 > /proc/dtest
  [ "$(checksum)" = "$wanted" ] || right="part $part: wrong beside us"
  kill $!
  wait $!
  wait_until 10 nothing_armed
  echo mix 2000 > /proc/dtest
  [ "$(checksum)" = "$wanted" ] || right="part $part: wrong when we have left"
  kprobes_off
done
check_equal "kprobes at other instructions can be made as if we were not there" yes "$made"
check_equal "everything computes the same beside them" yes "$right"
check_between "the kernel turns some into jumps" 10 100 "$(wc -l < "$all_beside")"
check_equal "only such as it would without us" '' "$(comm -13 <(sort "$all_alone") <(sort "$all_beside"))"
dtrace -q -n 'BEGIN { printf("ready\n"); } instr::dtest_mix:, fbt::dtest_leaf:return { @ = count(); }' > beside.out 2>&1 &
wait_until 10 grep -q ready beside.out
check_fails "a kprobe at an instruction of ours is refused" 'busy' kprobe "p:ours dtest_mix+$third"
return_at=$(offsets_of 'instr::dtest_leaf:ret*')
check_fails "also at a return that has become a jump" 'busy' kprobe "p:ours dtest_leaf+$return_at"
check_fails "and in the middle of an instruction, as ever" 'Invalid or incomplete' kprobe "p:middle dtest_mix+$(printf '0x%x' $((third + 1)))"
kill $!
wait $!
wait_until 10 nothing_armed
# Kprobes that have just been made: the kernel may be about to turn them into jumps. Not at "loop": the kernel's own
# emulation tests the count before it takes one off, so with a kprobe there a loop goes round once more, with or
# without us.
sound=$(comm -23 <(sort <<< "$offsets") <(offsets_of 'instr::dtest_mix:loop*'))
for _ in 1 2 3 4 5; do
  for offset in $(shuf -n 12 <<< "$sound"); do kprobe "p:fresh_$offset dtest_mix+$offset" 2> /dev/null; done
  echo 1 > $tracefs/events/kprobes/enable
  dtrace -q -n 'instr::dtest_mix: { @ = count(); } tick-50ms { exit(0); }' -c "$(calls mix 2000)" > fresh.out 2>&1
  echo mix 2000 > /proc/dtest
  [ "$(checksum)" = "$wanted" ] || break
  kprobes_off
done
check_equal "instructions beside kprobes that are being optimised" "$wanted" "$(checksum)"
kprobes_off
text_is_as_before "the text is as it was after kprobes"
if command -v bpftrace > /dev/null; then
  dtrace -q -n 'BEGIN { printf("ready\n"); } fbt::vfs_read: { @[probename] = count(); } END { printa("%s %@d\n", @); }' > ours.out 2>&1 &
  ours=$!
  wait_until 10 grep -q ready ours.out
  timeout 40 bpftrace -e 'kprobe:vfs_read { @e = count(); } kretprobe:vfs_read { @r = count(); }
    interval:s:1 { exit(); }' > bpf.out 2>&1
  check_output "bpftrace counts beside us" '@e: [1-9][0-9]*.*@r: [1-9]' sh -c 'tr "\n" " " < bpf.out'
  kill "$ours"
  wait "$ours"
  check_output "and we beside it" 'entry [1-9]' cat ours.out
else
  echo "skip bpftrace is not installed"
fi
text_is_as_before "and the text is as it was"
check "all can be unloaded" unload_dtrace
rmmod dtest_calls
