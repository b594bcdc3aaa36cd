# SPDX-License-Identifier: MIT
# Limit: 400 s
# Modules and consumers come and go: loading on demand, refusals while in use, sudden deaths.
. "$DTRACE_SUITES/check.bash"

loaded() { [ -d "/sys/module/$1" ]; }
unload_all() {
  local module
  for module in $(ls /sys/module | grep '^dtrace_') dtrace; do
    ! loaded "$module" || rmmod "$module" || return 1
  done
}
wait_until() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

check "modules can be unloaded when idle" unload_all
check_output "BEGIN needs the core only" 'here' dtrace -q -n 'BEGIN { printf("here\n"); exit(0); }'
check "the core was loaded" loaded dtrace
check "no provider was loaded for it" sh -c '! ls /sys/module | grep -q "^dtrace_"'
check "a profile program loads its provider" dtrace -q -n 'tick-10ms { exit(0); }'
check "which is there now" loaded dtrace_profile
check "the syscall provider is not" sh -c '[ ! -d /sys/module/dtrace_syscall ]'
check "dtrace -l loads what it lists" dtrace -l -P syscall
check "the device is there" test -c /dev/dtrace
for file in providers stats trace; do
  check "/proc/dtrace/$file can be read" cat "/proc/dtrace/$file"
done

dtrace -q -n 'syscall:::entry { @[execname] = count(); } tick-1s { }' > first.out 2>&1 &
first=$!
dtrace -q -n 'syscall::read:entry { @ = count(); } profile-97 { }' > second.out 2>&1 &
second=$!
wait_until 10 sh -c '[ "$(awk "/^dtrace_syscall / { print \$3 }" /proc/modules)" -gt 0 ]'
sleep 1
check_fails "a provider in use cannot be unloaded" 'in use|busy' rmmod dtrace_syscall
check_fails "the core in use cannot be unloaded" 'in use|busy' rmmod dtrace
kill -TERM "$first" "$second"
wait "$first"
check_equal "the first of two consumers ends well when told to" 0 $?
wait "$second"
check_equal "so does the second" 0 $?
check "the first printed what it counted" grep -q '[a-z]' first.out
check "so did the second" grep -q '[0-9]' second.out

for round in 1 2 3 4 5 6 7 8 9 10; do
  dtrace -q -n 'syscall:::entry { @[probefunc, ustack()] = quantize(arg0); } profile-997 { @s[stack()] = count(); }' \
    > /dev/null 2>&1 &
  sleep 0.$((RANDOM % 9))
  kill -9 $!
  wait $! 2> /dev/null
done
check "nothing stays armed after ten kill -9" wait_until 10 unload_all
check "and everything works again" dtrace -q -n 'syscall:::entry { exit(0); }'

dtrace -q -n 'tick-10ms { printf("line\n"); }' 2> pipe.err | head -n 3 > pipe.out
check_equal "a closed pipe ends dtrace" 3 "$(wc -l < pipe.out)"
check "no dtrace is left then" wait_until 5 sh -c '! pgrep -x dtrace'
wait_until 20 unload_all

mkdir full && mount -t tmpfs -o size=64k tmpfs full
check_fails "a full disk under -o is an error" 'No space|full|write' \
  timeout 20 dtrace -q -o full/out -n 'tick-1ms { printf("%1000d\n", 1); }'
umount full

check_output "-c ends with its command" 'ended' \
  dtrace -q -n 'END { printf("ended\n"); }' -c 'sleep 0.2'
sleep 30 &
victim=$!
dtrace -q -n 'BEGIN { printf("%d\n", $target); } END { printf("over\n"); }' -p "$victim" > p.out 2>&1 &
tracer=$!
wait_until 10 grep -q "$victim" p.out
kill "$victim"
check "-p ends with its process" wait_until 10 sh -c "! kill -0 $tracer"
check "-p knows the process" grep -qx "$victim" p.out
check_fails "-p of nobody is an error" 'dtrace: .*(grab|process|pid)' dtrace -n 'BEGIN { }' -p 999999

# Nobody reads what comes: the first interrupt ends tracing all the same, one more than a second later the command.
cat > blocked.py << 'P'
import pathlib, signal, subprocess, time

def count(what):
    return pathlib.Path("/proc/dtrace/trace").read_text().count(what)

started = count("consumer started")

command = subprocess.Popen(["dtrace", "-q", "-n", 'profile-997 { printf("%0900d\\n", 1); }'], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
while count("consumer started") == started:
    time.sleep(0.1)
time.sleep(2)
before = count("consumer stopped")
command.send_signal(signal.SIGINT)
time.sleep(1.5)
print("silent", count("consumer stopped") - before, "waits", command.poll() is None)
command.send_signal(signal.SIGINT)
print("status", command.wait(timeout=20), command.stderr.read().strip())
P
check_output "an interrupt ends tracing while nobody reads the output" 'silent 1 waits True' python3 blocked.py
check_output "a second one ends the command, which says that output is lost" \
  'status 1 .*could not write standard output: given up, nobody reads it; [0-9]+ records? and' python3 blocked.py
# With thousands of probes a helper takes the process down after it has ended.
check_output "standard output ends with the command" 'over$' \
  sh -c "dtrace -q -n 'fbt:::return { @ = count(); } tick-10ms { exit(0); } END { trunc(@); printf(\"over\\n\"); }' | cat"
check "nothing of it stays behind" wait_until 5 sh -c '! pgrep -x dtrace'

for _ in 1 2 3 4 5; do
  unload_all || fail "load and unload in turn" "$(lsmod)"
  dtrace -q -n 'tick-1ms { exit(0); }' && dtrace -q -n 'syscall:::entry { exit(0); }' ||
    fail "load and unload in turn" "dtrace failed"
done
pass "modules load and unload in turn"
check_fails "the wrong kernel's module is named as the trouble" 'another kernel|cannot load|no module|not a kernel module' \
  env DTRACE_MODULE_DIR="$PWD/wrong" sh -c '
    mkdir -p wrong && for m in "$DTRACE_BUILD_DIR"/modules/*/; do :; done
    rmmod dtrace_syscall dtrace_profile dtrace
    printf "not a module" > wrong/dtrace.ko; dtrace -n BEGIN'
check "after that the right one loads" dtrace -q -n 'BEGIN { exit(0); }'
