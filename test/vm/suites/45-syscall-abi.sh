# SPDX-License-Identifier: MIT
# The syscall provider on what is easy to get wrong: 32-bit calls, other names, errno, types, calls without
# entry or return, modules that come and go.
. "$DTRACE_SUITES/check.bash"

program=$DTRACE_PROGRAMS/abi_calls
count_of() { # PROBE PREDICATE: how often it fired in the program
  dtrace -q -n "$1 /pid == \$target && $2/ { @ = count(); } END { printa(\"%@d\", @); }" -c "$program"
}

check_equal "one probe for a call of both tables" 12 "$(count_of syscall::getppid:entry 1)"
check_equal "arg6 tells 32-bit calls" 7 "$(count_of syscall::getppid:entry 'arg6 == 1')"
check_equal "arg6 tells 64-bit calls" 5 "$(count_of syscall::getppid:return 'arg6 == 0')"
check_equal "calls that only 32-bit programs have" 3 "$(count_of syscall:ia32:getuid32:entry 1)"
check_output "32-bit arguments and errors" '^10 1234 3f 4 5 -14 14$' dtrace -q -n '
  syscall::open:entry /pid == $target && arg6 == 1/ { printf("%x %x %x %x %x ", arg0, arg1, arg2, arg3, arg4); }
  syscall::open:return /pid == $target && arg6 == 1/ { printf("%d %d\n", (int)arg0, errno); }' -c "$program"
check_output "a call without a function returns ENOSYS" '^-38 38$' dtrace -q -n '
  syscall::tuxcall:return /pid == $target/ { printf("%d %d\n", (int)arg1, errno); }' -c "$program"
check_output "a call that a signal interrupts shows EINTR" '^4$' dtrace -q -n '
  syscall::pause:return /pid == $target/ { printf("%d\n", errno); }' -c "$program"
check_output "errno is 0 at entry" '^0$' dtrace -q -n '
  int bad; syscall::open:return, syscall::pause:return { } syscall:::entry /errno/ { bad++; }
  END { printf("%d\n", bad); }' -c "$program"
check_output "an address is no error" '^0$' dtrace -q -n '
  int bad; syscall::mmap:return /errno && arg0 < 0xfffffffffffff001/ { bad++; } END { printf("%d\n", bad); }' -c "$program"
check_output "fork returns twice" '^2$' dtrace -q -n '
  syscall::clone:entry, syscall::fork:entry /pid == $target/ { self->in = 1; }
  syscall::clone:return, syscall::fork:return /pid == $target || ppid == $target/ { @ = count(); }
  END { printa("%@d\n", @); }' -c "$program"

# Other names.
check_output "another name finds the call" 'newuname' dtrace -l -n 'syscall::newuname:entry'
check_output "another name fires" 'fired: 1 ' dtrace -q -n '
  syscall::newuname:entry /pid == $target/ { @ = count(); } END { printa("fired: %@d \n", @); }' -c 'uname'
check_output "a glob counts a call once, whatever its names" 'fired: 1 ' dtrace -q -n '
  syscall::newuname:return { } syscall::*uname:entry /pid == $target/ { @ = count(); }
  END { printa("fired: %@d \n", @); }' -c 'uname'
check_equal "other names are not listed" 0 "$(dtrace -l -P syscall | grep -c newuname)"
check_equal "no name is listed twice" "" "$(dtrace -l -P syscall | awk '{ print $4, $5 }' | sort | uniq -d)"

# Types: those of the kernel's own description of its calls, apart from const and spelling.
check_output "typed arguments of read" 'unsigned int.*char \*.*size_t' dtrace -lvn 'syscall::read:entry'
check_output "typed arguments can be used" '1' dtrace -q -n '
  syscall::read:entry /pid == $target && args[2] == 1/ { printf("%d\n", args[2]); exit(0); }' \
  -c "$DTRACE_PROGRAMS/reader 2"
check_fails "a call without that argument is an error of the script" 'args' \
  dtrace -n 'syscall::getpid:entry { trace(args[0]); }'

# Every firing of a busy machine is counted or its loss is reported.
check_output "entry and return balance" '^balanced$' dtrace -q -n '
  int e, r; syscall::read:entry /pid == $target/ { e++; } syscall::read:return /pid == $target/ { r++; }
  END { printf("%s\n", e == r && e > 20000 ? "balanced" : "not balanced"); }' -c "$DTRACE_PROGRAMS/reader 20000"

# Enable and disable, load and unload.
for _ in $(seq 10); do
  dtrace -q -n 'syscall::: { @ = count(); } tick-30ms { exit(0); }' > out || break
done
check_equal "ten short runs of all probes" 0 $?
dtrace -q -n 'syscall:::entry { @ = count(); }' > out 2>&1 &
tracer=$!
sleep 0.7
check_fails "is not unloaded while in use" 'in use' rmmod dtrace_syscall
kill -9 "$tracer"
wait "$tracer" 2> /dev/null
sleep 0.5
check "is unloaded after its user was killed" rmmod dtrace_syscall
for _ in $(seq 5); do
  insmod "$DTRACE_MODULE_DIR/dtrace_syscall.ko" && rmmod dtrace_syscall || break
done
check_equal "loads and unloads" 0 $?
