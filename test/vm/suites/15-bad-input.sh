# SPDX-License-Identifier: MIT
# What users get wrong: one clear message, exit status 1 (2 for wrong usage), nothing left behind.
. "$DTRACE_SUITES/check.bash"

refuse() { # NAME REGEX ARGS...: dtrace ARGS fails with status 1 and says so
  local name=$1 regex=$2
  shift 2
  capture timeout 30 dtrace "$@"
  if [ "$seen_status" -eq 1 ] && [[ $seen =~ $regex ]]; then
    pass "$name"
  else
    fail "$name" "status $seen_status, wanted 1 and a match of: $regex"$'\n'"$seen"
  fi
}

refuse "a syntax error has its place" ':1:|line 1' -n 'BEGIN { x = ; }'
refuse "a type error is tagged" 'D_OP_INT' -xerrtags -n 'BEGIN { trace("x" << 2); }'
refuse "several errors come at once" 'nosuch_a.*nosuch_b' -n 'BEGIN { trace(nosuch_a); trace(nosuch_b); }'
refuse "an unknown variable is named" 'nosuchvar' -n 'BEGIN { trace(nosuchvar); }'
refuse "an unknown function is named" 'nosuchfunc' -n 'BEGIN { nosuchfunc(); }'
refuse "an unknown probe is named" 'nosuchprobe' -n 'syscall::read:nosuchprobe { }'
refuse "a near name is suggested" 'read' -n 'syscall::raed:entry { }'
refuse "an unknown provider is named" 'nosuchprovider' -n 'nosuchprovider:::x { }'
refuse "constant division by zero" 'D_DIV_ZERO|zero' -xerrtags -n 'BEGIN { trace(1 / 0); }'
refuse "destructive actions want -w" '[Dd]estructive' -n 'BEGIN { system("true"); }'
refuse "an unknown option is named" 'nosuchoption' -x nosuchoption -n BEGIN
refuse "a bad option value is named" 'bufsize' -x bufsize=lots -n BEGIN
refuse "a missing script is named" 'nosuch.d' -s nosuch.d
refuse "a missing macro argument" '\$1|macro' -n 'BEGIN { trace($1); }'
refuse "too many arguments" 'three|argument' -n 'BEGIN { trace($1); }' 1 2 three
check_status "wrong usage has status 2" 2 dtrace --nosuchflag
check_status "no program at all has status 2" 2 dtrace
check "-Z allows probes that do not exist" dtrace -Z -n 'syscall::nosuch:entry { } BEGIN { exit(0); }'
check "-e compiles and stops" dtrace -e -n 'syscall::read:entry { @ = count(); }'

fault() { # NAME REGEX PROGRAM: the fault is reported and tracing goes on
  check_output "$1" "$2" dtrace -q -n "BEGIN { $3 } BEGIN { printf(\"went on\\n\"); exit(0); }"
  [[ $seen == *"went on"* ]] || fail "$1: tracing goes on" "$seen"
}
fault "a wild pointer is a fault" '[Ii]nvalid address|bad address' 'trace(*(int *)0xdeadbeef00);'
fault "NULL is a fault" '[Ii]nvalid address|bad address' 'trace(*(int *)0);'
fault "a user pointer in a kernel load is a fault" '[Ii]nvalid address|bad address' 'trace(*(int *)0x400000);'
fault "variable division by zero is a fault" '[Dd]ivide' 'this->z = 0; trace(1 / this->z);'
fault "a bad string is a fault" '[Ii]nvalid address|bad address' 'trace(stringof((char *)0xffff000000000000));'
fault "copyin of nowhere is a fault" '[Ii]nvalid address|bad address' 'trace(*(int *)copyin(0x10, 4));'
check_output "ERROR fires with the fault's code" 'code 4' \
  dtrace -q -n 'BEGIN { this->z = 0; trace(1 / this->z); } ERROR { printf("code %d\n", arg4); exit(0); }'

check "a huge strsize is reduced or refused with a message" sh -c '
  dtrace -q -x strsize=100g -n "BEGIN { printf(\"%s\\n\", execname); exit(0); }" > o 2>&1
  status=$?; [ "$status" -lt 2 ] && { [ "$status" -eq 0 ] || grep -q strsize o; }'
check "a huge bufsize is reduced or refused with a message" sh -c '
  dtrace -q -x bufsize=1t -n "BEGIN { exit(0); }" > o 2>&1
  status=$?; [ "$status" -lt 2 ] && { [ "$status" -eq 0 ] || grep -qE "buf|memory" o; }'
python3 - > big.d << 'PYTHON'
print("BEGIN {")
for i in range(500):
    print(f"x{i} = {i};")
for i in range(30000):
    print(f"x{i % 500} = x{(i + 7) % 500} * {i} + {i};")
print("exit(0); }")
PYTHON
check "a program too large is refused with a message, or runs" sh -c '
  timeout 60 dtrace -q -s big.d > o 2>&1
  status=$?; [ "$status" -eq 0 ] || { [ "$status" -eq 1 ] && grep -qE "large|long|instructions|big" o; }'
cat > nonsense.py << 'PYTHON'
import fcntl, os
fd = os.open("/dev/dtrace", os.O_RDWR)
for number in range(256):
    for size in (0, 8, 64, 512):
        try:
            fcntl.ioctl(fd, (3 << 30) | (size << 16) | (ord("d") << 8) | number, bytearray(max(size, 8)))
        except OSError:
            pass
os.close(fd)
PYTHON
check "/dev/dtrace refuses nonsense" python3 nonsense.py
if id nobody > /dev/null 2>&1; then
  check_fails "without root the remedy is named" 'root|sudo|permission' \
    setpriv --reuid=nobody --clear-groups "$(command -v dtrace)" -n BEGIN
fi
check "everything still works" dtrace -q -n 'BEGIN { exit(0); }'
