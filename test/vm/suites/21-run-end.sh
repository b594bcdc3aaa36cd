# SPDX-License-Identifier: MIT
# Limit: 900 s
# Every way in which a run can end, with every kind of output: what was recorded is shown, or the command says what is
# not, marks it in the output and ends with status 1. test/unit/userland/cli/ending_test.cpp has those ends that need a
# kernel that fails.
. "$DTRACE_SUITES/check.bash"
set -m  # without it what runs in the background has SIGINT and SIGQUIT ignored

cat > ends.yaml << 'YAML'
description: One record and one element, in every form
options: {quiet: true, switchrate: 20hz}
program: |
  BEGIN { @["kept"] = sum(17); printf("begin\n"); }
  END { printf("end\n"); }
outputs:
  - {format: text, file: s.text}
  - {format: jsonlines, file: s.json}
  - {format: csv, file: s.csv}
YAML
program='BEGIN { @["kept"] = sum(17); printf("begin\n"); } END { printf("end\n"); }'

# Runs a kind of output in the background, in $tracer, until its BEGIN was shown.
start() { # KIND
  rm -f out err s.*
  case $1 in
    text) dtrace -q -x switchrate=20hz -n "$program" > out 2> err & ;;
    pipe) (exec dtrace -q -x switchrate=20hz -n "$program" 2> err > pipe) & ;;
    file) dtrace -q -x switchrate=20hz -o out -n "$program" 2> err & ;;
    json) dtrace --json -x switchrate=20hz -n "$program" > out 2> err & ;;
    session) dtrace --session ./ends.yaml 2> err & ;;
  esac
  tracer=$!
  [ "$1" = pipe ] && { cat pipe > out & reader=$!; }
  for _ in $(seq 300); do
    grep -qs begin out s.text && return
    sleep 0.1
  done
}

# What is there: words in the order of the claims.
whole() { # KIND
  case $1 in
    json) python3 -c '
import json
lines = [json.loads(line) for line in open("out")]
kinds = [line["type"] for line in lines]
print(kinds.count("record"), [e["value"] for l in lines if l["type"] == "aggregation" for e in l["elements"]],
      lines[-1]["is_complete"], lines[-1]["exit_status"])' ;;
    session) printf '%s %s %s' "$(tr -s ' \n' ' ' < s.text)" "$(grep -c '"is_complete":true' s.json)" \
      "$(grep -c -e '^record' -e '^aggregation.*,kept,17' -e '^end,,,complete' s.csv)" ;;
    *) tr -s ' \n' ' ' < out ;;
  esac
}
declare -A wanted=([text]='begin end kept 17 ' [pipe]='begin end kept 17 ' [file]='begin end kept 17 '
  [json]='2 [17] True 0' [session]='begin end kept 17  1 4')
mkfifo pipe

for signal in INT TERM HUP QUIT ALRM XCPU; do
  for kind in text json; do
    start $kind
    kill -$signal $tracer
    kill -$signal $tracer
    wait $tracer
    check_equal "$signal, twice at once, $kind" "0 ${wanted[$kind]} " "$? $(whole $kind) $(cat err)"
  done
done
for kind in pipe file session; do
  start $kind
  for _ in 1 2 3 4 5; do
    kill -TERM $tracer
    sleep 0.01
  done 2> /dev/null
  wait $tracer
  status=$?
  [ $kind = pipe ] && wait $reader
  check_equal "TERM again and again, $kind" "0 ${wanted[$kind]} " "$status $(whole $kind) $(cat err)"
done
for command in 'timeout 10' 'timeout 60 timeout 10 timeout 70'; do
  for kind in text json; do
    flags=-q
    [ $kind = json ] && flags=--json
    $command dtrace $flags -n "$program" > out 2> err
    check_equal "$command, $kind" "124 ${wanted[$kind]} " "$? $(whole $kind) $(cat err)"
  done
done

check_equal "exit()" '5 kept 17 ' \
  "$(dtrace -qn 'BEGIN { @["kept"] = sum(17); exit(5); }' > out 2> err; echo $? $(cat out)) $(cat err)"
check_equal "a target that has gone" '0 kept 17 ' \
  "$(dtrace -qn 'BEGIN { @["kept"] = sum(17); }' -c true > out 2> err; echo $? $(cat out)) $(cat err)"

# Readers and files that do not take what comes.
lines='tick-100hz { printf("%0900d\n", 1); @["kept"] = sum(1); }'
(set -o pipefail; dtrace -qn "$lines" 2> err | head -n 3 > out)
check_equal "a reader that has gone: status" 1 $?
check_output "and what it did not get is said" \
  'could not write standard output: Broken pipe; [0-9]+ records? and 1 aggregation element not shown' cat err
dtrace -qn "$lines" > /dev/full 2> err
check_equal "a full disk: status" 1 $?
check_output "and what it did not take is said" \
  'could not write standard output: No space left on device; [0-9]+ records? and 1 aggregation element not shown' cat err
(ulimit -f 8; dtrace -qn "$lines" -o limited 2> err)
check_equal "a file as large as it may be: status" 1 $?
check_output "and what it did not take is said" 'could not write limited: File too large; [0-9]+ records? and 1' cat err
dtrace -qn "BEGIN { printf(\"x\"); exit(0); }" >&- 2> err
check_equal "no standard output: status" 1 $?
check_output "and that is said" 'could not write standard output: Bad file descriptor; 1 record and' cat err
dtrace -l -n 'syscall:::' > /dev/full 2> err
check_equal "a list on a full disk: status" 1 $?
check_output "and that is said" 'could not write standard output: No space left' cat err
dtrace -qwn 'BEGIN { freopen("/dev/full"); printf("x"); freopen(""); @["kept"] = sum(17); exit(0); }' > out 2> err
check_equal "a loss before freopen() is remembered" '1 kept 17' "$? $(echo $(cat out))"
check_output "and said" 'No space left on device; 1 record and' cat err
check_fails "freopen() that fails costs the status" 'could not freopen.*No such file' \
  dtrace -qwn 'BEGIN { freopen("/no/such/file"); exit(0); }'

# A pipe that nobody reads: the first signal stops tracing, the second gives up what waits for it, the other output and
# the numbers are whole.
cat > stuck.yaml << 'YAML'
description: Two outputs, one of which nobody reads
options: {quiet: true, switchrate: 20hz}
program: |
  tick-1000hz { printf("%0900d\n", 1); @["kept"] = count(); }
outputs:
  - {format: text}
  - {format: jsonlines, file: stuck.json}
YAML
cat > stuck.py << 'P'
import json, os, re, signal, subprocess, time

command = subprocess.Popen(["dtrace", "--session", "./stuck.yaml"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
# Some 90,000 bytes are there when the pipe is full and the command waits.
while not os.path.exists("stuck.json") or os.path.getsize("stuck.json") < 40_000:
    time.sleep(0.1)
time.sleep(3)
command.send_signal(signal.SIGTERM)
command.send_signal(signal.SIGTERM)
time.sleep(0.5)
print("waits", command.poll() is None)
time.sleep(1)
command.send_signal(signal.SIGTERM)
status = command.wait(timeout=60)
shown = command.stdout.read().count(b"1\n")
words = command.stderr.read().decode()
lines = [json.loads(line) for line in open("stuck.json")]
records = sum(line["type"] == "record" for line in lines)
lost = re.search(r"standard output: (\d+) records? and (\d+) aggregation elements? not shown", words)
print("status", status, "adds up", shown + int(lost[1]) == records, "elements", lost[2], "json", lines[-1]["records"] == records)
print(words)
P
capture python3 stuck.py
check_output "two signals at once are one, which waits for the reader" 'waits True' printf '%s' "$seen"
check_output "a later one gives up what nobody reads, and everything is counted" \
  'status 1 adds up True elements 1 json True' printf '%s' "$seen"

# system(): signals are taken while the shell runs.
cat > system.py << 'P'
import signal, subprocess, time

command = subprocess.Popen(["dtrace", "-qw", "-n", 'BEGIN { @["kept"] = sum(17); system("echo started; sleep 1000"); }'],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
print(command.stdout.readline().strip())
for _ in range(2):
    command.send_signal(signal.SIGTERM)
    time.sleep(1.5)
status = command.wait(timeout=60)
subprocess.run(["pkill", "-x", "sleep"])
print("status", status, " ".join(command.stdout.read().split()), command.stderr.read())
P
check_output "a shell command that does not end does not cost the results" \
  'started.*status 1 kept 17 .*the command of system.. goes on' python3 system.py

# No memory for all that is aggregated: some more than the command has when it begins.
cat > memory.sh << 'S'
ulimit -v $1
exec dtrace --json -x aggsize=1m -x switchrate=50hz -x aggrate=50hz -wn '
  BEGIN { system("grep VmPeak /proc/$PPID/status >&2"); }
  tick-1000hz { @[timestamp, "0123456789012345678901234567890123456789", walltimestamp] = quantize(timestamp); }
  tick-30s { exit(0); }'
S
timeout 10 bash memory.sh unlimited > /dev/null 2> err
peak=$(awk '/VmPeak/ { print $2 }' err)
bash memory.sh $((peak + 12000)) > out 2> err
check_equal "no memory: status" 1 $?
check_output "and it is said" 'memory' cat err
check_output "and marked" '"is_complete":false.*memory' tail -n 1 out

# A core that fails in the middle.
cat > failing.c << 'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int ioctl(int fd, unsigned long request, ...)
{
	static int (*real)(int, unsigned long, void *);
	static int nr_left = -1;
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (!real)
		real = (int (*)(int, unsigned long, void *))dlsym(RTLD_NEXT, "ioctl");
	if (nr_left < 0)
		nr_left = atoi(getenv("FAIL_AFTER"));
	if (((request >> 8) & 0xff) == 0xd7 && (request & 0xff) == strtoul(getenv("FAIL"), NULL, 0) && nr_left-- == 0) {
		nr_left = 0;
		errno = EIO;
		return -1;
	}
	return real(fd, request, arg);
}
C
gcc -shared -fPIC -o failing.so failing.c -ldl
for fail in "STOP 7 0" "SWITCH 8 50" "STATUS 9 1"; do
  set -- $fail
  for kind in text json; do
    flags=-q
    [ $kind = json ] && flags=--json
    LD_PRELOAD=$PWD/failing.so FAIL=$2 FAIL_AFTER=$3 dtrace $flags -x switchrate=20hz -x aggrate=20hz -x statusrate=20hz \
      -n 'BEGIN { @["kept"] = sum(17); printf("begin\n"); } tick-3s { exit(0); }' > out 2> err
    check_equal "$1 fails, $kind: status, what there was is shown" "1 1 1" "$? $(grep -c begin out) $(grep -c kept out)"
    check_output "and it is said" 'Input/output error' cat err
    [ $kind = json ] && check_output "and marked" '"exit_status":1.*"is_complete":false.*Input/output error' tail -n 1 out
  done
done
