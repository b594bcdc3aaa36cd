# SPDX-License-Identifier: MIT
# Sessions: every shipped one against a workload whose result is known; parameters, targets, ends, outputs,
# --check and --explain; the list of providers.
. "$DTRACE_SUITES/check.bash"

work=$(mktemp -d)
cd "$work" || exit 1
ip link set lo up

# session NAME REGEX WORKLOAD [ARGUMENT...]: the workload runs while the session does; a signal ends it.
session() {
  local name=$1 regex=$2 workload=$3 output=$work/session.out
  shift 3
  dtrace --session "$name" "$@" > "$output" 2>&1 < /dev/null &
  local tracer=$!
  sleep 1.7  # it is armed by then
  (eval "$workload") > /dev/null 2>&1 < /dev/null
  sleep 0.3
  kill -TERM $tracer 2> /dev/null  # a job in the background ignores SIGINT
  wait $tracer
  local status=$?
  seen=$(cat "$output")
  if [ $status -eq 0 ] && [[ $seen =~ $regex ]]; then
    pass "session $name"
  else
    fail "session $name" "status $status, wanted a match of: $regex"$'\n'"$seen"
  fi
}

cat > talk.py << 'PY'
import socket, threading, time
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 7777))
server.listen(5)
def answer():
    peer, _ = server.accept()
    peer.recv(10)
    peer.close()
threading.Thread(target=answer, daemon=True).start()
client = socket.create_connection(("127.0.0.1", 7777))
client.send(b"hello")
time.sleep(0.2)
client.close()
try:
    socket.create_connection(("127.0.0.1", 7778))
except OSError:
    pass
time.sleep(0.3)
PY

session slow-syscalls 'sleep +clock_nanosleep +3[0-9]{5} 0' 'sleep 0.3'
session failed-opens 'cat +2 ENOENT +/no/such/file' 'cat /no/such/file' --set errno=2
session exec-snoop 'bash +0 ls -l /etc/passwd.*-2 /bin/nosuch' 'ls -l /etc/passwd; /bin/nosuch' --set failed=true
session short-lived-processes 'bash +sh +[0-9]+ +3.*value.*Distribution' 'sh -c "exit 3"'
session off-cpu 'sleep.*262144 .*sleep[^a-z]+vmlinux`do_nanosleep' 'sleep 0.4' --set min=100ms --set top=50
session hot-kernel-functions 'samples, [0-9]+ of them in the kernel.*vmlinux`(clear_user|read_zero|rep_stos)' \
  'dd if=/dev/zero of=/dev/null bs=1M count=1000'
session syscall-latency '  write .* 1[0-9][0-9][0-9] .*  write +1[0-9][0-9][0-9] ' \
  'dd if=/dev/zero of=/dev/null bs=1 count=1000' --set by=call --set 'calls=wr*te'
session profile-stacks 'dd.*vmlinux`ksys_read.*[0-9]+' 'dd if=/dev/zero of=/dev/null bs=1M count=1000'
session signals 'sh +10 [0-9]+ +sh' 'sh -c "kill -USR1 \$\$"' --set signal=10
session file-io 'dd +write +here +40960' 'dd if=/dev/zero of=here bs=4096 count=10'
session tcp-connects 'python3 .*127.0.0.1:7777 +[0-9]+ established.*python3 .*127.0.0.1:7778 +[0-9]+ refused' \
  'python3 talk.py'
session tcp-states 'state-syn-sent +-> state-established .*state-fin-wait-2 +-> state-time-wait' 'python3 talk.py' \
  --set port=7777
if modprobe -q sch_netem && tc qdisc add dev lo root netem loss 40% 2> /dev/null; then
  session tcp-retransmits '127.0.0.1:[0-9]+ +127.0.0.1:[0-9]+ +state-[a-z-]+ +[0-9]+' 'timeout 20 python3 talk.py'
  tc qdisc del dev lo root
else
  session tcp-retransmits 'SEGMENTS' 'true'
fi
check_output "session syscalls decodes the calls of a command" 'openat.*/etc/hostname' \
  dtrace --session syscalls -c 'cat /etc/hostname'

# Only what is needed is loaded.
rmmod dtrace_tcp dtrace_fbt dtrace_instr dtrace_patch dtrace_profile dtrace_syscall dtrace 2> /dev/null
dtrace --session syscall-latency -c true > /dev/null 2>&1
check_equal "a session loads the modules of its provider only" "dtrace dtrace_syscall" \
  "$(lsmod | awk '/^dtrace/ { print $1 }' | sort | xargs)"

# Targets.
cat > target.yaml << 'YAML'
description: Writes of a target
target:
  execname: dd
options: {quiet: true}
probes:
  - probe: syscall::write:entry
    actions: 'printf("%s %d\n", execname, arg2);'
YAML
session ./target.yaml '^(dd [0-9]+'$'\n''?)+$' 'dd if=/dev/zero of=/dev/null bs=7 count=3; cat /etc/hostname'
check_output "-c is the target instead" 'sh 3' \
  dtrace --session ./target.yaml -c 'sh -c "echo ab; dd if=/dev/zero of=/dev/null bs=7 count=1"'
sed 's/execname: dd/command: echo abcd/' target.yaml > command.yaml
check_output "a session's command is started" 'echo 5' dtrace --session ./command.yaml

# Ends.
cat > ends.yaml << 'YAML'
description: Ends
parameters:
  end: {type: choice, values: [events, when, duration], default: events}
options: {quiet: true, switchrate: 10hz}
program: |
  tick-20hz { printf("tick %d\n", n++); }
  END { printf("end\n"); }
YAML
{ cat ends.yaml; echo 'stop: {events: 5}'; } > events.yaml
check_output "a session ends after so many events" '^tick 0.*tick 4'$'\n''end' dtrace --session ./events.yaml
check_equal "and shows no more of them" 5 "$(grep -c tick <<< "$seen")"
{ cat ends.yaml; printf 'stop:\n  when: [{probe: "profile:::tick-50hz", predicate: n == 3}]\n'; } > when.yaml
check_output "a session ends on a predicate" 'tick 2'$'\n''end' dtrace --session ./when.yaml
{ cat ends.yaml; echo 'duration: 1500ms'; } > time.yaml
begin=$(date +%s%N)
check_output "a session ends after its time" 'tick 5.*end' dtrace --session ./time.yaml
check_between "which is kept" 1400 6000 $((($(date +%s%N) - begin) / 1000000))
printf 'description: d\nprogram: "BEGIN { exit(7); }"\n' > status.yaml
check_status "exit() gives the status" 7 dtrace --session ./status.yaml
dtrace --session ./ends.yaml > killed.out 2>&1 &
sleep 1.5
kill -TERM $!
wait $!
check_equal "SIGTERM ends it in order" "0 end" "$? $(tail -n 2 killed.out | grep end)"

# Outputs.
cat > outputs.yaml << 'YAML'
description: Several outputs at once
options: {quiet: true}
stop: {events: 30}
program: |
  tick-50hz { @ = count(); printf("%d, \"%s\"\n", n++, "a,b"); }
outputs:
  - format: text
  - {format: jsonlines, file: out.json}
  - {format: csv, file: out.csv, columns: [number, text]}
YAML
check_output "standard output is one of several" '^0, "a,b".*29, "a,b"' dtrace --session ./outputs.yaml
check_equal "JSON has every record" 30 "$(grep -c '"type":"record"' out.json)"
check "JSON parses" python3 -c 'import json; [json.loads(line) for line in open("out.json")]'
check_equal "CSV has a header and every record" "type,time,cpu,name,number,text 30" \
  "$(head -n 1 out.csv) $(grep -c '^record' out.csv)"
check_equal "CSV quotes and has its columns" "29 a,b profile:::tick-50hz" "$(python3 -c '
import csv
rows = [row for row in csv.DictReader(open("out.csv")) if row["type"] == "record"]
print(rows[-1]["number"], rows[-1]["text"], rows[-1]["name"])')"
check_output "CSV has aggregations and the end" '^aggregation,,,@,[3-9][0-9],'$'\n''end,,,complete,30,0$' \
  grep -E '^(aggregation|end)' out.csv
check_output "-o and --json change standard output only" '^$' dtrace --session ./outputs.yaml --json -o other.json
check_equal "as they say" "30 60 30" "$(grep -c '"type":"record"' other.json) $(grep -c '"type":"record"' out.json) $(
  grep -c '^record' out.csv | awk '{ print $1 / 2 }')"

cat > rotate.yaml << 'YAML'
description: Rotation
options: {quiet: true, switchrate: 20hz}
stop: {events: 100}
program: |
  tick-100hz { printf("%4d %s\n", n++, "0123456789012345678901234567890123456789012345678901234567890123456789"); }
outputs:
  - {format: text, file: rot, rotate: {size: 2k, keep: 2}}
YAML
check "a file is rotated by size" dtrace --session ./rotate.yaml
check_equal "so many are kept" "rot rot.1 rot.2" "$(echo rot rot.[0-9]*)"
check_between "each of that size" 2048 2300 "$(stat -c %s rot.1)"
check_equal "no line is cut or lost between them" "99 consecutive" "$(cat rot.2 rot.1 rot | awk '
  NF == 0 { next } NF != 2 || length($2) != 70 || (n++ && $1 != last + 1) { bad++ } { last = $1 }
  END { print last, bad || n < 50 ? "broken" : "consecutive" }')"
mkdir -p full && mount -t tmpfs -o size=16k none full
sed 's/file: rot.*/file: full\/x}\n  - {format: csv, file: whole.csv}/; s/events: 100/events: 600/; s/tick-100hz/tick-1000hz/' \
  rotate.yaml | sed 's/^options:.*/options: {quiet: true, switchrate: 20hz}/' > full.yaml
capture dtrace --session ./full.yaml
check_equal "a full disk is said once" 1 "$(grep -c 'could not write full/x: No space left on device' <<< "$seen")"
check_equal "and costs the exit status, not the other outputs" "1 600" "$seen_status $(grep -c '^record' whole.csv)"
umount full
sed 's/file: rot.*/file: \/no\/such\/x}/' rotate.yaml > unwritable.yaml
check_fails "a file that cannot be written is said before anything is armed" \
  "failed to open output file '/no/such/x': No such file" dtrace --session ./unwritable.yaml

cat > absent.yaml << 'YAML'
description: A probe that is not there
options: {quiet: true, zdefs: true}
program: |
  syscall::no_such_call:entry { printf("never\n"); }
  BEGIN { printf("the rest\n"); exit(0); }
YAML
check_output "an optional probe that is absent is named, the rest runs" \
  'there is no probe syscall::no_such_call:entry here, session absent goes on without it.*the rest' dtrace --session ./absent.yaml
sed 's/, zdefs: true//' absent.yaml > needed.yaml
check_fails "one that is needed is an error" 'no_such_call' dtrace --session ./needed.yaml

# Mistakes.
printf 'description: d\nprogram: |\n  BEGIN\n  {\n    trace(nosuch);\n  }\n' > bad.yaml
check_fails "a mistake in D has its place in the YAML" 'bad.yaml:5:11: error: nosuch.*\^' dtrace --session ./bad.yaml
printf 'description: d\nprogram: "fbt::vfs_raed:entry { }"\n' > misspelt.yaml
check_fails "a misspelt probe, too" 'misspelt.yaml:2:11: error.*did you mean vfs_read' dtrace --session ./misspelt.yaml
printf 'description: d\nprogram: "BEGIN { system(\\"true\\"); }"\n' > destructive.yaml
check_fails "destructive actions have to be said" 'destructive' dtrace --session ./destructive.yaml
printf '#pragma D option destructive\nBEGIN { system("true"); exit(0); }\n' > destructive.d
printf 'description: d\nprogram_file: destructive.d\n' > destructive.yaml
check_fails "in the YAML, not in D" "say 'destructive: true'" dtrace --session ./destructive.yaml
echo 'destructive: true' >> destructive.yaml
check "then they are done" dtrace --session ./destructive.yaml
check_fails "a provider that is not listed" "which 'providers' does not list" \
  dtrace --session <(printf 'description: d\nproviders: [syscall]\nprogram: "fbt::vfs_read:entry { }"\n')
check_status "--set without --session is a usage error" 2 dtrace --set a=b -n BEGIN
check_status "so is --session with -n" 2 dtrace --session signals -n BEGIN

# Without a kernel, and with one.
check_output "--check needs no root" 'syscall::\*:entry' setpriv --reuid 65534 dtrace --session slow-syscalls --check
check "--check prints a program" sh -c 'dtrace --session slow-syscalls --check > slow.d && dtrace -es slow.d'
rmmod dtrace_tcp dtrace_fbt dtrace_instr dtrace_patch dtrace_profile dtrace_syscall dtrace 2> /dev/null
check_output "--explain shows probes and modules" \
  'do_exit:entry +1 probe .*dtrace_patch|do_exit:entry +1 probe .*dtrace_fbt +loaded for this' \
  dtrace --session short-lived-processes --explain
printf 'description: d\nprogram: "fbt::vfs_r*:entry, fbt::exc_debug:entry { }"\n' > refused.yaml
check_fails "--explain says why there is no probe" 'vfs_r\*:entry +[0-9]+ probes.*exc_debug is noinstr' \
  dtrace --session ./refused.yaml --explain
check_output "sessions are listed with their parameters" 'tcp-connects +TCP connections.*port: only connections' dtrace sessions
check_output "providers are listed with their state" 'fbt +dtrace_fbt +loaded .*tcp +dtrace_tcp +found' dtrace providers
check "as JSON, too" sh -c 'dtrace providers --json | python3 -c "import json,sys; [json.loads(l) for l in sys.stdin]"'
mkdir -p ~/.config/dtrace/sessions && cp status.yaml ~/.config/dtrace/sessions/mine.yaml
check_status "a user's own sessions are found by name" 7 dtrace --session mine
rm ~/.config/dtrace/sessions/mine.yaml
