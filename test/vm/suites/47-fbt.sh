# SPDX-License-Identifier: MIT
# The fbt provider: which probes there are, their arguments, exact counts, modules that come and go, refusals.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"

dtest_load
unload_dtrace
loaded() { ls /sys/module | grep '^dtrace' | tr '\n' ' '; }

# Modules.
check "a probe of fbt can be enabled" dtrace -q -n 'fbt::vfs_write:entry { exit(0); }' -c 'sh -c "echo > /dev/null"'
check_equal "only the modules it needs are loaded" "dtrace dtrace_fbt dtrace_patch " "$(loaded)"
check_output "the engine has tested itself" 'hits [0-9]+, late' cat /proc/dtrace/stats
check_output "and does without nothing" '^0$' sh -c 'grep -cE "feature.*off|missing" /proc/dtrace/stats; true'

# Arguments.
check_output "the seventh argument and further ones lie on the stack, those there are not read 0" '(^|
)1 1 1 0 0($|
)' \
  dtrace -q -n 'fbt::__do_proc_dointvec:entry /arg0 == (uint64_t)&`vm_swappiness && !done/ {
    done = 1; printf("%d %d %d %d %d\n", arg7 != 0, arg6 == (uint64_t)&`do_proc_dointvec_minmax_conv, args[2] == 0, arg8, arg9); }' \
  -c 'cat /proc/sys/vm/swappiness'
check_output "six registers hold the first arguments" '^ffffffff fffffffe fffffffd -4 5 1$' \
  dtrace -q -n 'fbt::dtest_ten:entry { printf("%x %x %x %d %d %d\n", (uint32_t)arg0, (uint32_t)arg1, (uint32_t)arg2, arg3,
    (uint8_t)arg4, (uint8_t)arg5); }' -c "$(calls ten 1)"
check_output "arguments that were not declared read 0" '(^|
)1 0 0 0 0 0 0($|
)' \
  dtrace -q -n 'fbt::vfs_read:entry /pid == $target/ {
    printf("%d %d %d %d %d %d %d\n", arg3 != 0, arg4, arg5, arg6, arg7, arg8, arg9); }' -c 'cat /etc/hostname'
check_output "args[] have the type of the kernel: names of files" 'some-file' \
  dtrace -q -n 'fbt::vfs_read:entry /pid == $target/ { @[stringof(args[0]->f_path.dentry->d_name.name)] = count(); }' \
  -c 'sh -c "echo x > some-file; exec cat some-file"'
check_output "int arguments are cut to their width, with the sign" '(^|
)-100 ffffff9c($|
)' \
  dtrace -q -n 'fbt::do_sys_openat2:entry /pid == $target && (int)arg0 == -100/ {
    printf("%d %x\n", args[0], (uint32_t)arg0); exit(0); }' -c 'cat /etc/hostname'
check_output "so are int results" '(^|
)-2 fffffffe($|
)' \
  dtrace -q -n 'fbt::filename_lookup:return /pid == $target && (int)arg1 == -2/ {
    printf("%d %x\n", args[1], (uint32_t)arg1); exit(0); }' -c 'ls /no/such/file'
check_output "bool results are 0 or 1" '1 0$' \
  dtrace -q -n 'int bad, n; fbt::capable:return /args[1] != 0 && args[1] != 1/ { bad++; }
    fbt::capable:return { n++; } END { printf("%d %d\n", n > 0, bad); }' \
  -c 'nice -n -2 true'
check_output "kernel structures can be printed" 'f_mode' \
  dtrace -q -n 'fbt::vfs_read:entry { print(*args[0]); exit(0); }' -c 'cat /etc/hostname'
check_fails "one clause over probes of unequal types is an error" 'D_ARGS' \
  dtrace -n 'fbt::vfs_read:entry, fbt::vfs_fsync:entry { trace(args[1]); }'

# Return: offset and value.
check_output "return has the offset of its instruction and the value" '^[0-9a-f]+ -20$' \
  dtrace -q -n 'fbt::dtest_ten:return { printf("%x %d\n", arg0, (int)arg1); }' -c "$(calls ten 1)"
offset=${seen%% *}
check_output "which is the offset that instr knows" "ret-$offset" dtrace -l -n 'instr:dtest_calls:dtest_ten:ret*'

# Stacks.
check_output "at entry stack() begins with the function, then its caller" 'dtest_calls.dtest_ten(\+0x4)?
 *dtest_calls.calls_write\+0x[0-9a-f]+
.*vfs_write\+' \
  dtrace -q -n 'fbt::dtest_ten:entry { stack(); }' -c "$(calls ten 1)"
check_output "at return it begins with the caller" '^
 *dtest_calls.calls_write\+0x[0-9a-f]+
.*vfs_write\+' \
  dtrace -q -n 'fbt::dtest_ten:return { stack(); }' -c "$(calls ten 1)"
check_output "caller is the same in both" '^dtest_calls.calls_write\+0x[0-9a-f]+ 1$' \
  dtrace -q -n 'fbt::dtest_ten:entry { self->from = caller; }
    fbt::dtest_ten:return { printf("%a %d\n", self->from, self->from == caller); }' -c "$(calls ten 1)"
check_output "from an interrupt stacks reach the interrupted code" 'dtest_timer.*hrtimer_interrupt' \
  sh -c 'dtrace -q -n "fbt::dtest_timer:return, fbt::dtest_timer:entry { stack(20); }" -c "sh -c \"echo timer 2 > /proc/dtest; sleep 0.1\"" | tr "\n" " "'

# Tail jumps.
for tail in tail hop; do
  check_output "a tail jump ($tail) is the return of the caller, before the entry of its target" \
    "^dtest_$tail entry
dtest_$tail return
dtest_${tail}_target entry
dtest_${tail}_target return\$" \
    dtrace -q -n "fbt::dtest_$tail:, fbt::dtest_${tail}_target: { printf(\"%s %s\\n\", probefunc, probename); }" \
    -c "$(calls $tail 1)"
  before=$(called $tail)
  check_output "as many returns as calls of $tail" '^5000 5000$' \
    dtrace -q -n "int e, r; fbt::dtest_$tail:entry { e++; } fbt::dtest_$tail:return { r++; } END { printf(\"%d %d\\n\", e, r); }" \
    -c "$(calls $tail 5000)"
  check_equal "which are those of the module's own count ($tail)" 5000 $(($(called $tail) - before))
done

# Names.
check_output "functions of one name all fire, told apart by their callers" \
  'dtest_call_twin_one.0x[0-9a-f]+ +30.*dtest_call_twin_two.0x[0-9a-f]+ +70' \
  dtrace -q -n 'fbt::dtest_twin:entry { @[caller] = count(); } END { printa("%a %@d ", @); }' \
  -c 'sh -c "echo twin1 30 > /proc/dtest; echo twin2 70 > /proc/dtest"'
check_equal "they have one pair of probes" 2 "$(dtrace -l -n 'fbt:dtest_calls:dtest_twin:' | grep -c dtest_twin)"
check_output "clones have raw arguments" '^7 a$' \
  dtrace -q -n 'fbt::dtest_clone.constprop.0:entry { this->n = arg0; }
    fbt::dtest_clone.constprop.0:return { @ = max(arg1); } END { printa("7 %@x\n", @); }' -c "$(calls clone 8)"
check_fails "and no typed ones" 'args|D_ARGS' \
  dtrace -n 'fbt::dtest_clone.constprop.0:entry { trace(args[0]); }'
check_output "but for where they return, like every function" '^[1-9][0-9]*$' \
  dtrace -q -n 'fbt::dtest_clone.constprop.0:return { printf("%d\n", args[0]); exit(0); }' -c "$(calls clone 8)"
check_fails "not what: the compiler may have changed it" 'variant made by the compiler' \
  dtrace -n 'fbt::dtest_clone.constprop.0:return { trace(args[1]); }'
check_output "where functions return can be asked of all of them" '^int$' \
  dtrace -q -n 'fbt:dtest_calls::return { this->at = args[0]; exit(0); } END { printf("int\n"); }' -c "$(calls clone 8)"
check_output "clones of the kernel are listed" '\.(isra|constprop|part)\.' dtrace -l -n 'fbt:vmlinux:*.*:entry'
check_output "globs match function and module" 'dtest_calls +dtest_leaf +entry' dtrace -l -n 'fbt:dtest_c*:dtest_l*:entry'

# Listing.
check_output "a listing shows types" 'args\[0\]: struct file \*.*args\[1\]: char \*.*args\[2\]: size_t.*args\[3\]: loff_t \*' \
  sh -c "dtrace -lvn fbt::vfs_read:entry | tr '\n' ' '"
check_output "of the result too" 'args\[1\]: ssize_t' dtrace -lvn fbt::vfs_read:return
entries=$(dtrace -l -n 'fbt:::entry' | wc -l)
traceable=$(wc -l < $tracefs/available_filter_functions)
check_between "nearly every function that the function tracer knows has an entry probe" \
  $((traceable * 95 / 100)) $((traceable + 1)) "$entries"
check_between "and a return probe" $((entries * 93 / 100)) $((entries + 1)) "$(dtrace -l -n 'fbt:::return' | wc -l)"

# Refusals.
refused() { # NAME REGEX PROBE
  check_fails "$1" "$2" dtrace -n "$3"
}
refused "noinstr functions are refused, with the reason" 'noinstr' fbt::do_syscall_64:entry
refused "the kernel's blacklist is named" 'blacklist' fbt::notify_die:entry
refused "so it is for returns" 'blacklist' fbt::notify_die:return
refused "data is not a function" 'jiffies is data, not a function' fbt::jiffies:entry
refused "a name that is nowhere is said to be unknown, with near ones" 'no symbol vfs_raed.*vfs_read' fbt::vfs_raed:entry
refused "a module that is not there is named" 'nosuchmodule' fbt:nosuchmodule:vfs_read:entry
refused "the tracer itself is not traced" 'notrace' fbt::dtrace_fire:entry
refused "neither entry nor return" 'entry|return' fbt::vfs_read:middle

# Counts. Two programs, one on each CPU.
both='sh -c "taskset 1 sh -c \"echo leaf 500000 > /proc/dtest\" & taskset 2 sh -c \"echo leaf 500000 > /proc/dtest\"; wait"'
before=$(called leaf)
check_output "a million calls on two CPUs are a million entries and a million returns" '^1000000 1000000$' \
  dtrace -q -n 'fbt::dtest_leaf:entry { @e = count(); } fbt::dtest_leaf:return { @r = count(); }
    END { printa("%@d", @e); printa(" %@d\n", @r); }' -c "$both"
check_equal "and a million by the module's own count" 1000000 $(($(called leaf) - before))
check_output "/proc/dtrace/fbt has them, with address, first byte, length, owner and name" \
  ' 1000000 +[0-9]+ f{8}[0-9a-f]{8} 0f  5 - +dtest_calls:dtest_leaf:entry
 *[0-9]+ +1000000 +[0-9]+ f{8}[0-9a-f]{8} [0-9a-f]{2} +[0-9]+ - +dtest_calls:dtest_leaf:return\+0x' \
  grep dtest_leaf /proc/dtrace/fbt
check_output "its heading names the columns" '^ *index +hits +late +address +op +len +owners +name' head -n 1 /proc/dtrace/fbt
before=$(called timer)
check_output "counts in interrupts are exact" '^2001 2001$' \
  dtrace -q -n 'fbt::dtest_timer:entry { @e = count(); } fbt::dtest_timer:return { @r = count(); }
    END { printa("%@d", @e); printa(" %@d\n", @r); }' -c 'sh -c "echo timer 2000 > /proc/dtest; sleep 0.8"'
check_equal "as the module counted" 2001 $(($(called timer) - before))
before=$(called nmi)
dtrace -q -n 'fbt::dtest_nmi:entry { @e = count(); } fbt::dtest_nmi:return { @r = count(); }
  END { printa("%@d", @e); printa(" %@d\n", @r); }' \
  -c 'sh -c "for i in 1 2 3 4 5; do echo l > /proc/sysrq-trigger; sleep 0.05; done"' > nmi.out 2>&1
counted=$(($(called nmi) - before))
check_between "non-maskable interrupts came" 1 1000 "$counted"
check_equal "and were traced, each one" "$counted $counted" "$(cat nmi.out)"

# Modules that come and go.
rmmod dtest_calls
dtrace -q -Z -n 'BEGIN { printf("ready\n"); } fbt:dtest_calls:dtest_leaf: { @[probename] = count(); }
  END { printa("%s %@d\n", @); }' > late.out 2>&1 &
tracer=$!
wait_until 10 grep -q ready late.out
dtest_load
wait_until 5 grep -q 'dtest_leaf:return.*' /proc/dtrace/fbt
echo leaf 100 > /proc/dtest
check_output "functions of a module loaded meanwhile are owned by fbt" 'fbt +dtest_calls:dtest_leaf:entry' \
  grep dtest_leaf /proc/dtrace/fbt
check "a module can be unloaded while it is traced" rmmod dtest_calls
check "nothing of it is left" sh -c '! grep -q dtest /proc/dtrace/fbt'
dtest_load
wait_until 5 grep -q 'dtest_leaf:return.*' /proc/dtrace/fbt
echo leaf 11 > /proc/dtest
kill "$tracer" # a job in the background ignores SIGINT
wait "$tracer"
check_equal "its functions are traced as soon as it is loaded, and when it comes again" "entry 111 return 111" \
  "$(grep -E '^(entry|return) ' late.out | sort | tr '\n' ' ' | sed 's/ $//')"
(while [ ! -e stop ]; do echo leaf 2000 > /proc/dtest; done) 2> /dev/null &
caller=$!
for _ in 1 2 3 4 5 6; do
  timeout 20 dtrace -q -n 'fbt:dtest_calls::, instr:dtest_calls:dtest_leaf: { @ = count(); } tick-300ms { exit(0); }' > out 2>&1 &
  sleep 0.2
  until rmmod dtest_calls 2> /dev/null; do :; done
  wait $!
  insmod "$dtest_modules/dtest_calls.ko"
done
touch stop
wait $caller
check_equal "a module that is unloaded in the middle of its probes' hits, six times" 1 "$(grep -c . out)"

check "everything is disarmed" wait_until 10 nothing_armed
check "and can be unloaded" unload_dtrace
rmmod dtest_calls
