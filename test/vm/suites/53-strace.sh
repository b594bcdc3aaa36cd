# SPDX-License-Identifier: MIT
# The syscall plugin beside strace: both watch the same run of a program that makes some 130 different calls.
# Limit: 240 s
. "$DTRACE_SUITES/check.bash"

program="$DTRACE_PROGRAMS/many_calls"
watched='execname == "many_calls" && stringof(curthread->real_parent->comm) == "strace"'

capture dtrace -n "syscall:::entry,syscall:::return /$watched/" -o dtrace.out \
  -c "strace -y -o strace.out $program"
check_equal "tracing beside strace works" 0 "$seen_status"
capture python3 "$DTRACE_SUITES/compare_calls.py" strace.out dtrace.out
result=$(printf '%s\n' "$seen" | tail -n 1)
check_equal "every call is shown as strace shows it" "" "$(printf '%s\n' "$seen" | sed '$d')"
check_output "$result" ' 0 differ$' printf '%s' "$result"
names=$(printf '%s\n' "$result" | sed 's/.* calls, \([0-9]*\) names.*/\1/')
check_between "at least sixty different calls" 60 400 "$names"

# ---- the two sides
line() { printf '%s\n' "$seen" | grep -E "^ *[0-9]+ +[0-9]+ +$1 " | head -n 1 | sed 's/^.*:\(entry\|return\) //'; }
capture dtrace -n 'syscall::openat: /pid == $target/' -c 'cat /no/such/file'
check_equal "a return behind its entry is short, or shows what the entry could not" 1 \
  "$(printf '%s\n' "$seen" | grep -cE 'openat:return (= -1|openat\(AT_FDCWD, "/no/such/file", O_RDONLY\) = -1) ENOENT \(No such file or directory\)' |
     sed 's/^[1-9].*/1/')"
capture dtrace -n 'syscall::openat:return /pid == $target && errno/' -c 'cat /no/such/file'
check_output "a return alone shows the whole call" \
  'openat\(AT_FDCWD, "/no/such/file", O_RDONLY\) = -1 ENOENT \(No such file or directory\)' printf '%s' "$seen"
capture dtrace -x plugin.syscall.return=short -n 'syscall::openat:return /pid == $target && errno/' \
  -c 'cat /no/such/file'
check_equal "unless it shall be short" "= -1 ENOENT (No such file or directory)" "$(line openat:return)"
capture dtrace -x plugin.syscall.fdpath=0 -n 'syscall::read:return /pid == $target && arg0 == 1/' \
  -c "$DTRACE_PROGRAMS/reader 1"
check_output "descriptors without what they name" '^read\(3, "\\0", 1\) = 1$' printf '%s' "$(line read:return)"
capture dtrace -x plugin.syscall.string=4 -n 'syscall::write: /pid == $target/' -c 'echo 123456'
check_output "option string says how much is shown" '"1234"\.\.\., 7\)' printf '%s' "$seen"

# ---- 32-bit calls: names, numbers and text; structures and other meanings stay raw
capture dtrace -n 'syscall::getppid:entry /pid == $target/ { trace(args); exit(0); }' \
  -c "$DTRACE_PROGRAMS/int80 5"
check_output "a 32-bit call is shown" 'getppid\(\)' printf '%s' "$seen"
check_output "JSON says which kind it is" '"abi":"ia32"' \
  dtrace --json -n 'syscall::getppid:entry /pid == $target/' -c "$DTRACE_PROGRAMS/int80 5"

# ---- JSON
capture dtrace --json -n 'syscall::openat:return /pid == $target/' -c 'cat /etc/hostname'
check_output "results have types" \
  '"filename":"/etc/hostname","flags":\["O_RDONLY"\],"result":[0-9]+,"result_path":"[^"]*/etc/hostname"' \
  printf '%s' "$seen"
capture dtrace --json -n 'syscall::openat:return /pid == $target/' -c 'cat /no/such/file'
check_output "errors have names" '"result":-1,"errno":"ENOENT"' printf '%s' "$seen"
