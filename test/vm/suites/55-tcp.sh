# SPDX-License-Identifier: MIT
# The tcp provider on this host: every probe and every member, against what the program, ss and tcpdump say. IPv4,
# IPv6 and IPv4 through IPv6 sockets.
. "$DTRACE_SUITES/check.bash"
tcp=$DTRACE_SUITES/tcp

# A tracer in the background that is ready when this returns: start_trace FILE ARGUMENTS...
start_trace() {
  local file=$1
  shift
  dtrace "$@" -n 'BEGIN { printf("ready\n"); }' > "$file" 2> "$file.err" &
  tracer=$!
  for _ in $(seq 200); do grep -q ready "$file" && return; sleep 0.1; done
  fail "the tracer starts" "$(cat "$file" "$file.err")"
}
stop_trace() { sleep 0.3; kill -TERM "$tracer"; wait "$tracer"; }

# The addresses exist from the first moment, without a search for duplicates.
sysctl -qw net.ipv4.tcp_slow_start_after_idle=0
start_trace trace -s "$tcp/members.d"
tcpdump -i lo -U -s 200 -w pcap -B 8192 tcp > /dev/null 2> tcpdump.err &
dump=$!
for _ in $(seq 100); do grep -q listening tcpdump.err && break; sleep 0.1; done
python3 "$tcp/talk.py" all 127.0.0.1 ::1 ::ffff:127.0.0.1 > talk 2>&1
sleep 0.5
stop_trace
kill -TERM $dump; wait $dump
check_output "the connections were made" 'refused.*refused.*refused' cat talk
check_equal "nothing was lost" "" "$(grep -vE 'matched [0-9]+ probe' trace.err)"
python3 "$tcp/judge.py" trace talk pcap
