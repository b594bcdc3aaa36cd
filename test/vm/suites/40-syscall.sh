# SPDX-License-Identifier: MIT
# The syscall provider: every call counts once, with its arguments, result and errno.
. "$DTRACE_SUITES/check.bash"

count_of() { # PROBE COMMAND: how often it fired in that command
  dtrace -q -n "$1 /pid == \$target/ { @ = count(); } END { printa(\"%@d\", @); }" -c "$2"
}

check_between "read fires once for each call" 1000 1004 \
  "$(count_of syscall::read:entry "$DTRACE_PROGRAMS/reader 1000")"
check_between "return fires as often as entry" 1000 1004 \
  "$(count_of syscall::read:return "$DTRACE_PROGRAMS/reader 1000")"
check_equal "32-bit calls are seen" 500 \
  "$(count_of syscall::getppid:entry "$DTRACE_PROGRAMS/int80 500")"
check_output "arguments arrive" '3 [0-9a-f]+ 1' \
  dtrace -q -n 'syscall::read:entry /pid == $target && arg2 == 1/ { printf("%d %x %d\n", arg0, arg1, arg2); exit(0); }' \
  -c "$DTRACE_PROGRAMS/reader 5"
check_output "results arrive in arg0 and arg1" '^1 1 0' \
  dtrace -q -n 'syscall::read:entry /pid == $target && arg2 == 1/ { self->in = 1; }
    syscall::read:return /self->in/ { printf("%d %d %d\n", arg0, arg1, errno); exit(0); }' \
  -c "$DTRACE_PROGRAMS/reader 5"
check_output "a failed call has its errno" '-2 2' \
  dtrace -q -n 'syscall::openat:entry /pid == $target/ { self->name = arg1; }
    syscall::openat:return /self->name && copyinstr(self->name) == "/no/such/file"/
    { printf("%d %d\n", (int)arg0, errno); }' -c 'cat /no/such/file'
check_output "paths are read with copyinstr" '/etc/hostname' \
  dtrace -q -n 'syscall::openat:entry /pid == $target/ { printf("%s\n", copyinstr(arg1)); }' \
  -c 'cat /etc/hostname'
check_output "execname and pid are those of the caller" 'reader' \
  dtrace -q -n 'syscall::read:entry /pid == $target && arg2 == 1/ { @[execname] = count(); }' \
  -c "$DTRACE_PROGRAMS/reader 3"

listed=$(dtrace -l -P syscall | awk '$NF == "entry"' | wc -l)
check_between "hundreds of calls are listed" 330 600 "$listed"
check_equal "each has a return probe too" "$listed" \
  "$(dtrace -l -P syscall | awk '$NF == "return"' | wc -l)"
for name in stat newfstat uname umount2 sendfile openat clone3 io_uring_enter; do
  case $name in newfstat) name=fstat ;; esac
  check "the table's name $name exists" dtrace -l -n "syscall::$name:entry"
done
check_output "globs match names" 'openat.*entry' dtrace -l -n 'syscall::open*:entry'
check_output "exit has an entry and no return for its thread" 'exit_group' \
  dtrace -q -n 'syscall::exit_group:entry /pid == $target/ { printf("%s\n", probefunc); }' -c true

# The sum over all calls is what the kernel itself counted for one process.
strace -c -f -U calls,name -o strace.out "$DTRACE_PROGRAMS/reader" 300 > /dev/null 2>&1
calls=$(awk '$2 == "total" { print $1 }' strace.out)
check_between "all calls of a program are as many as strace sees" "$((calls - 8))" "$((calls + 12))" \
  "$(count_of syscall:::entry "$DTRACE_PROGRAMS/reader 300")"
