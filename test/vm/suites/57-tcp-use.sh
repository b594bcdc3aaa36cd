# SPDX-License-Identifier: MIT
# The published programs of the tcp chapters, many connections, probes armed and disarmed under traffic, what is
# loaded and hooked, kernels where a function does not fit.
. "$DTRACE_SUITES/check.bash"
storm=$DTRACE_PROGRAMS/tcp_storm

# ---- published programs, unchanged ----
python3 - > /dev/null 2>&1 <<'P' &
import socket, time
l = socket.create_server(("127.0.0.1", 8080))
while True:
    c = socket.create_connection(("127.0.0.1", 8080)); s, _ = l.accept()
    c.sendall(b"x" * 300); s.recv(1000); s.sendall(b"y" * 5000); c.recv(10000)
    c.close(); s.recv(1); s.close()
    try: socket.create_connection(("127.0.0.1", 9))
    except ConnectionRefusedError: pass
    time.sleep(0.02)
P
talker=$!
sleep 0.3
published() { # NAME REGEX PROGRAM...
  local name=$1 regex=$2
  shift 2
  check_output "$name" "$regex" dtrace "$@" -n 'profile:::tick-800ms { exit(0); }'
}
published "states with their process" \
  'python3 127\.0\.0\.1:8080 state-closed -> state-syn-sent' \
  -n 'tcp:::state-change { printf("%s %s:%d %s -> %s\n", execname, args[3]->tcps_raddr, args[3]->tcps_rport, tcp_state_string[args[5]->tcps_state], tcp_state_string[args[3]->tcps_state]); }'
published "connections accepted, by host" '127\.0\.0\.1 +[1-9]' \
  -n 'tcp:::accept-established { @[args[3]->tcps_raddr] = count(); }'
published "connections accepted, by host and port" '127\.0\.0\.1 +8080 +[1-9]' \
  -n 'tcp:::accept-established { @[args[3]->tcps_raddr, args[3]->tcps_lport] = count(); }'
published "connections refused by this host" '127\.0\.0\.1 +9 +[1-9]' \
  -n 'tcp:::accept-refused { @[args[2]->ip_daddr, args[4]->tcp_sport] = count(); }'
published "connections refused by others" '127\.0\.0\.1 +9 +[1-9]' \
  -n 'tcp:::connect-refused { @[args[2]->ip_saddr, args[4]->tcp_sport] = count(); }'
published "connections made, by process" '127\.0\.0\.1 +8080 +[1-9]' \
  -n 'tcp:::connect-established { @[args[3]->tcps_raddr , args[3]->tcps_rport] = count(); }'
published "segments received, by host" '127\.0\.0\.1 +[1-9]' \
  -n 'tcp:::receive { @[args[2]->ip_saddr] = count(); }'
published "segments sent, by port" '127\.0\.0\.1 +8080 +[1-9]' \
  -n 'tcp:::send { @[args[2]->ip_daddr, args[4]->tcp_dport] = count(); }'
published "bytes received, by host and port" '127\.0\.0\.1 +8080 +[1-9][0-9]{2}' \
  -n 'tcp:::receive { @bytes[args[2]->ip_saddr, args[4]->tcp_dport] = sum(args[2]->ip_plength - args[4]->tcp_offset); }'
published "sizes of segments" '4096 +\|@* +[1-9]' \
  -n 'tcp:::send { @["bytes"] = quantize(args[2]->ip_plength - args[4]->tcp_offset); }'
published "segments that end a connection" '8080 +[1-9]' \
  -n 'tcp:::send / (args[4]->tcp_flags & TH_FIN) / { @[args[4]->tcp_dport] = count(); }'
published "events by name" 'connect-established +[1-9]' -n 'tcp::: { @[probename] = count(); }'
cat > latency.d <<'E2'
tcp:::connect-request
{
	start[args[1]->cs_cid] = timestamp;
}
tcp:::connect-established
/ start[args[1]->cs_cid] /
{
	@latency["Connect Latency (ns)", args[3]->tcps_raddr] = quantize(timestamp - start[args[1]->cs_cid]);
	start[args[1]->cs_cid] = 0;
}
tcp:::connect-refused
/ start[args[1]->cs_cid] /
{
	@refused["Refused Latency (ns)", args[3]->tcps_raddr] = quantize(timestamp - start[args[1]->cs_cid]);
	start[args[1]->cs_cid] = 0;
}
E2
published "latency of connections" 'Connect Latency \(ns\) +127.*\|@+ ' -s latency.d
cat > firstbyte.d <<'E2'
tcp:::connect-established
{
	start[args[1]->cs_cid] = timestamp;
}
tcp:::receive
/ start[args[1]->cs_cid] && (args[2]->ip_plength - args[4]->tcp_offset) > 0 /
{
	@latency["1st Byte Latency (ns)", args[2]->ip_saddr] = quantize(timestamp - start[args[1]->cs_cid]);
	start[args[1]->cs_cid] = 0;
}
E2
published "latency of the first byte" '1st Byte Latency \(ns\) +127.*\|@+ ' -s firstbyte.d
cat > tcpstate.d <<'E2'
#pragma D option quiet
#pragma D option switchrate=25Hz
int64_t last[int64_t];
dtrace:::BEGIN
{
	printf("   %12s %-20s    %-20s %s\n", "DELTA(us)", "OLD", "NEW", "TIMESTAMP");
}
tcp:::state-change
/ last[args[1]->cs_cid] /
{
	this->elapsed = (timestamp - last[args[1]->cs_cid]) / 1000;
	printf("   %12d %-20s -> %-20s %d\n", this->elapsed, tcp_state_string[args[5]->tcps_state],
	    tcp_state_string[args[3]->tcps_state], timestamp);
	last[args[1]->cs_cid] = timestamp;
}
tcp:::state-change
/ last[args[1]->cs_cid] == 0 /
{
	printf("   %12s %-20s -> %-20s %d\n", "-", tcp_state_string[args[5]->tcps_state],
	    tcp_state_string[args[3]->tcps_state], timestamp);
	last[args[1]->cs_cid] = timestamp;
}
E2
published "tcpstate.d" '[0-9]+ state-fin-wait-2 +-> state-time-wait' -s tcpstate.d
cat > tcpio.d <<'E2'
#pragma D option quiet
#pragma D option switchrate=10hz
dtrace:::BEGIN
{
	printf(" %3s %10s %15s:%-5s      %15s:%-5s %6s  %s\n", "CPU", "DELTA", "LADDR", "LPORT", "RADDR", "RPORT",
	    "BYTES", "FLAGS");
	last = timestamp;
}
tcp:::send
{
	this->length = args[2]->ip_plength - args[4]->tcp_offset;
	this->delta = (timestamp - last) / 1000;
	printf(" %3d %10d %15s:%-5d -> %15s:%-5d %6d  (", cpu, this->delta, args[2]->ip_saddr, args[4]->tcp_sport,
	    args[2]->ip_daddr, args[4]->tcp_dport, this->length);
	last = timestamp;
}
tcp:::receive
{
	this->length = args[2]->ip_plength - args[4]->tcp_offset;
	this->delta = (timestamp - last) / 1000;
	printf(" %3d %10d %15s:%-5d <- %15s:%-5d %6d  (", cpu, this->delta, args[2]->ip_daddr, args[4]->tcp_dport,
	    args[2]->ip_saddr, args[4]->tcp_sport, this->length);
	last = timestamp;
}
tcp:::send, tcp:::receive
{
	printf("%s", args[4]->tcp_flags & TH_FIN ? "FIN|" : "");
	printf("%s", args[4]->tcp_flags & TH_SYN ? "SYN|" : "");
	printf("%s", args[4]->tcp_flags & TH_RST ? "RST|" : "");
	printf("%s", args[4]->tcp_flags & TH_PUSH ? "PUSH|" : "");
	printf("%s", args[4]->tcp_flags & TH_ACK ? "ACK|" : "");
	printf("%s", args[4]->tcp_flags & TH_URG ? "URG|" : "");
	printf("%s", args[4]->tcp_flags & TH_ECE ? "ECE|" : "");
	printf("%s", args[4]->tcp_flags & TH_CWR ? "CWR|" : "");
	printf("%s", args[4]->tcp_flags == 0 ? "null " : "");
	printf("\b)\n");
}
E2
published "tcpio.d" '127\.0\.0\.1:8080 +-> +127\.0\.0\.1:[0-9]+ +5000  \(PUSH\|ACK' -s tcpio.d
check_output "xlate of a whole structure works" '4 127\.0\.0\.1' \
  dtrace -q -n 'tcp:::send { this->ip = xlate <ipinfo_t> ((struct dtrace_tcp_segment *)arg0);
    printf("%d %s\n", this->ip.ip_ver, this->ip.ip_saddr); exit(0); }'

# ---- without an action: the plugin ----
published "segments as text" \
  ':send 127\.0\.0\.1:[0-9]+ -> 127\.0\.0\.1:8080 \[SYN\] seq 0 ack 0 win [0-9]+ len 0' -n 'tcp:::send'
published "relative sequence numbers" 'seq 1 ack 301 win [0-9]+ len 5000' -n 'tcp:::receive'
published "the reset of a refused connection" '127\.0\.0\.1:9 -> 127\.0\.0\.1:[0-9]+ \[RST ACK\] seq 0 ack 1 ' \
  -n 'tcp:::accept-refused'
published "states by name" \
  '127\.0\.0\.1:8080 - 127\.0\.0\.1:[0-9]+ state-listen -> state-syn-received' -n 'tcp:::state-change'
dtrace --json -n 'tcp:::send, tcp:::state-change' -n 'profile:::tick-800ms { exit(0); }' > lines.json 2> json.err
python3 - > json.seen 2>&1 <<'P'
import json
args = [r["args"] for r in map(json.loads, open("lines.json")) if r.get("type") == "record" and r.get("args")]
sent = [a for a in args if "flags" in a and a["source"]["port"] == 8080 and a["length"] == 5000]
assert sent and all(a["destination"]["address"] == "127.0.0.1" and "ACK" in a["flags"] and a["sent"] is True and
                    a["relative_ack"] == 301 and isinstance(a["cid"], int) and a["pid"] > 0 for a in sent), sent
assert any(a.get("old_state") == "state-closed" and a["state"] == "state-syn-sent" for a in args)
print("typed")
P
check_equal "as JSON: typed fields" typed "$(cat json.seen)"
kill $talker; wait $talker 2> /dev/null

# ---- addresses as text ----
cat > addresses.d <<'E2'
#pragma D option quiet
BEGIN
{
	this->four = (uint32_t *)alloca(4);
	*this->four = htonl(0xc0000201);
	printf("%s %s\n", inet_ntoa(this->four), inet_ntop(AF_INET, this->four));
	this->six = (uint16_t *)alloca(16);
	this->six[5] = 0xffff;
	this->six[6] = htons(0xc000);
	this->six[7] = htons(0x0201);
	printf("%s %s\n", inet_ntoa6((in6_addr_t *)this->six), inet_ntop(AF_INET6, this->six));
	this->six[5] = 0;
	this->six[0] = htons(0x2001);
	printf("%s\n", inet_ntop(AF_INET6, this->six));
	this->six[6] = 0;
	this->six[7] = 0;
	printf("%s\n", inet_ntop(AF_INET6, this->six));
	exit(0);
}
E2
check_equal "inet_ntoa, inet_ntoa6, inet_ntop" \
  "192.0.2.1 192.0.2.1 192.0.2.1 ::ffff:192.0.2.1 2001::c000:201 2001::" \
  "$(dtrace -s addresses.d 2>&1 | grep . | paste -sd' ')"

# ---- what is loaded, what is hooked ----
. "$DTRACE_SUITES/dtest.bash"
check "what earlier traces have loaded can be unloaded" unload_dtrace
dtrace -q -n 'tcp:::connect-request { @ = count(); } tick-100ms { exit(0); }'
check_equal "only the modules needed are loaded" "dtrace dtrace_patch dtrace_profile dtrace_tcp" \
  "$(lsmod | awk '/^dtrace/ { print $1 }' | sort | paste -sd' ')"
hooked() { sed -nE 's/^tcp: functions hooked ([0-9]+), tracepoint ([a-z]+),.*/\1 \2/p' /proc/dtrace/stats; }
wait_hooked() { for _ in $(seq 100); do [ "$(hooked)" = "$1" ] && return; sleep 0.1; done; return 1; }
check "nothing is hooked when nobody traces" wait_hooked "0 off"
hooked_by() { # PROBE
  dtrace -q -w -n "$1 { @ = count(); } BEGIN { system(\"grep ^tcp: /proc/dtrace/stats\"); } tick-300ms { exit(0); }" |
    sed -nE 's/^tcp: functions hooked ([0-9]+), tracepoint ([a-z]+),.*/\1 \2/p'
}
check_equal "connect-refused hooks two functions" "2 off" "$(hooked_by tcp:::connect-refused)"
check_equal "accept-refused hooks two others" "2 off" "$(hooked_by tcp:::accept-refused)"
check_equal "all probes hook all twenty" "20 on" "$(hooked_by tcp:::)"
check "and none afterwards" wait_hooked "0 off"

# ---- many connections, exactly ----
dtrace -q -x aggsize=4m -n 'tcp::: { @[probename] = count(); }
  tcp:::state-change { @states[tcp_state_string[args[3]->tcps_state]] = count(); @cids[args[1]->cs_cid] = count(); }
  END { printa("%s %@d\n", @); printa("%s %@d\n", @states); }' \
  -x agghist=0 -c "$storm 10000 2" > counts 2> counts.err
printf '  %s\n' "$(grep second counts)"
count_of() { awk -v name="$1" '$1 == name { print $2 }' counts; }
for probe in connect-request connect-established accept-established; do
  check_equal "10,000 connections: $probe" 10000 "$(count_of $probe)"
done
check_equal "10,000 connections: nothing refused" "" "$(count_of connect-refused)$(count_of accept-refused)"
check_equal "10,000 connections: sent is received" "$(count_of send)" "$(count_of receive)"
check_equal "10,000 connections: four segments each" 40000 "$(count_of send)"
check_equal "10,000 connections: established at both ends" 20000 "$(count_of state-established)"
check_equal "10,000 connections: syn-sent, syn-received" "10000 10000" \
  "$(count_of state-syn-sent) $(count_of state-syn-received)"
check_equal "10,000 connections: no losses" "" "$(grep -E 'drop|lost|fail' counts.err)"

# ---- armed and disarmed under traffic ----
$storm 100000 2 100 > storm.out 2>&1 &
storm_pid=$!
for round in 1 2 3 4 5 6 7 8; do
  probe=$(printf 'send receive state-change connect-request accept-established connect-established' | cut -d' ' -f $((round % 6 + 1)))
  dtrace -q -n "tcp:::$probe { @ = count(); } tick-50ms { exit(0); }" > /dev/null 2> round.err || fail "round $round" "$(cat round.err)"
done
dtrace -q -n 'tcp::: { @ = count(); }' > /dev/null 2>&1 &
traced=$!
sleep 0.5
check "the module stays while it is used" sh -c '! rmmod dtrace_tcp 2> /dev/null'
kill -9 $traced; wait $traced 2> /dev/null
unload() { for _ in $(seq 100); do rmmod dtrace_tcp 2> /dev/null && return; sleep 0.1; done; return 1; }
check "it is unloaded under load" unload
check_output "and loaded again" '^ *[1-9]' dtrace -q -n 'tcp:::send { @ = count(); } tick-300ms { exit(0); } END { printa("%@d", @); }'
kill $storm_pid 2> /dev/null; wait $storm_pid 2> /dev/null
check "it is unloaded again" unload

# ---- a kernel where a function does not fit ----
modules=$(dirname "$(readlink -f "$(command -v dtrace)")")/../modules/$(uname -r)
insmod "$modules/dtrace_tcp.ko" without=tcp_reset,__inet_twsk_schedule,security_sock_graft
check_fails "its probes are not offered" 'connect-refused' dtrace -n 'tcp:::connect-refused'
check_fails "nor state changes without all their functions" 'state-change' dtrace -n 'tcp:::state-change'
check_equal "all others are" 6 "$(dtrace -l -P tcp | grep -c ' tcp ')"
check_output "the reason is in the statistics" 'feature tcp:::connect-refused: off \(tcp_reset: excluded' cat /proc/dtrace/stats
seen=$(dtrace doctor 2>&1)
check_output "and in dtrace doctor" 'tcp:::state-change.*__inet_twsk_schedule' printf '%s' "$seen"
check "that one can be unloaded" unload
