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

# A predicate on pid or tid first: the kernel is told, and passes over the others.
reads() { dtrace -q -n "syscall::read:entry /$1/ { @ = count(); } $2" -c "$DTRACE_PROGRAMS/reader 1000" | tr -dc 0-9; }
plain=$(reads '(pid + 0) == $target')
check_between "reads of a program, by a predicate that only the program knows" 1000 1100 "$plain"
check_equal "pid == first gives the same" "$plain" "$(reads 'pid == $target')"
check_equal "tid == too" "$plain" "$(reads '$target == tid && arg2 >= 0')"
check_equal "pid != lets the others through" "$plain" "$(reads 'pid != $pid && (pid + 0) == $target')"
check_equal "and keeps one out" "" "$(reads 'pid != $target && execname == "reader"')"
check_output "-S shows it" 'filter pid == 1' dtrace -S -e -n 'BEGIN /pid == 1/ { }'
dtrace -q -n 'BEGIN { printf("go\n"); } syscall::read:entry /execname == "reader"/ { @ = count(); }' > all.out 2>&1 &
other=$!
for _ in $(seq 150); do grep -q go all.out && break; sleep 0.1; done
check_equal "a second consumer with another predicate takes nothing away" "$plain" "$(reads 'pid == $target')"
"$DTRACE_PROGRAMS/reader" 1000 > /dev/null
kill -TERM $other; wait $other
check_between "nor is anything taken from it" "$((2 * plain))" "$((2 * plain + 20))" "$(tr -dc 0-9 < all.out)"

# Thread-local values of processes that change CPUs all the time, more variables than a CPU keeps at hand.
cat > local.d << 'D'
syscall::read:entry { self->a = arg1; self->b = tid; self->c = arg1 + tid; self->d = timestamp; self->e = pid; self->f = arg1 + 1; }
syscall::read:return /self->b/ { @checked = count(); }
syscall::read:return /self->b && (self->b != tid || self->c != self->a + tid || self->e != pid || self->f != self->a + 1 ||
                                  self->d > timestamp || self->d == 0)/ { @wrong = count(); }
syscall::read:return { self->a = 0; self->b = 0; self->c = 0; self->d = 0; self->e = 0; self->f = 0; }
syscall::sched_yield:return /self->a || self->b || self->c || self->d || self->e || self->f/ { @left = count(); }
END { printa("checked %@d\n", @checked); printa("wrong %@d\n", @wrong); printa("left %@d\n", @left); }
D
cat > move.py << 'P'
import os, sys
pids = []
for n in range(8):
    pid = os.fork()
    if pid == 0:
        fd = os.open("/dev/zero", os.O_RDONLY)
        for i in range(1500):
            os.read(fd, 1)
            if i % 7 == n % 7:
                os.sched_setaffinity(0, {i // 7 % os.cpu_count()})
            if i % 5 == 0:
                os.sched_yield()
        os._exit(0)
    pids.append(pid)
for pid in pids:
    os.waitpid(pid, 0)
P
dtrace -q -s local.d -c 'python3 move.py' > local.out 2> local.err
check_output "thread-local values follow their threads" '^checked 1[2-4][0-9]{3}$' cat local.out
check "none is wrong" sh -c '! grep -E "^(wrong|left)" local.out'
check_equal "and none is dropped" "" "$(cat local.err)"
