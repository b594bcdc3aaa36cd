# SPDX-License-Identifier: MIT
# The tcp provider across network namespaces: both ends are traced, with losses and delays between them; both ends
# connect at once; a port is used again while its last connection waits; sockets that were there before.
. "$DTRACE_SUITES/check.bash"
tcp=$DTRACE_SUITES/tcp

start_trace() {
  local file=$1
  shift
  dtrace "$@" -n 'BEGIN { printf("ready\n"); }' > "$file" 2> "$file.err" &
  tracer=$!
  for _ in $(seq 200); do grep -q ready "$file" && return; sleep 0.1; done
  fail "the tracer starts" "$(cat "$file" "$file.err")"
}
stop_trace() { sleep 0.3; kill -TERM "$tracer"; wait "$tracer"; }
in_a() { ip netns exec a "$@"; }
in_b() { ip netns exec b "$@"; }
counter() { # NAMESPACE NAME: a counter of TCP
  ip netns exec "$1" awk -v name="$2" '$1 == "Tcp:" { if (!n) { for (i in a) delete a[i]
    n = split($0, a) } else for (i = 1; i <= n; i++) if (a[i] == name) print $i }' /proc/net/snmp
}
hits() { grep -cE "$1" trace; }

ip netns add a
ip netns add b
ip link add va netns a type veth peer name vb netns b
for side in a b; do
  ip -n $side link set lo up
  ip netns exec $side sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.v$side.accept_dad=0 \
    net.ipv4.tcp_slow_start_after_idle=0
  ip -n $side link set v$side up
  ip -n $side link set dev v$side gso_max_segs 1
done
ip -n a addr add 10.1.1.1/24 dev va; ip -n b addr add 10.1.1.2/24 dev vb
ip -n a addr add fd00::1/64 dev va nodad; ip -n b addr add fd00::2/64 dev vb nodad
sleep 0.5

# ---- losses ----
for address in 10.1.1.2 fd00::2; do
  rm -f listening
  in_b python3 "$tcp/talk.py" listen $address 7000 > talk.b &
  server=$!
  for _ in $(seq 100); do [ -e listening ] && break; sleep 0.1; done
  in_a tc qdisc add dev va root netem loss 20% delay 5ms
  before=$(counter a RetransSegs)
  start_trace trace -s "$tcp/members.d"
  in_a timeout 60 python3 "$tcp/talk.py" send $address 7000 300000 > talk.a
  after=$(counter a RetransSegs)
  stop_trace
  in_a tc qdisc del dev va root
  kill $server; wait $server 2> /dev/null
  check "$address: the data arrived" grep -q '"sent"' talk.a
  check "$address: losses were met" test "$after" -gt "$((before + 5))"
  check_equal "$address: tcps_retransmit is set for each segment sent again, as the kernel counts them" \
    "$((after - before))" "$(hits 'probe=send .*rport=7000 .*again=1')"
  check_equal "$address: one connect-request, however often the SYN was sent" 1 "$(hits 'probe=connect-request')"
  check_equal "$address: established once at each end" "1 1" \
    "$(hits 'probe=connect-established .*active=1 .*rport=7000') $(hits 'probe=accept-established .*lport=7000')"
  check_equal "$address: each end is in its own namespace" \
    "$(in_a stat -L -c %i /proc/self/ns/net) $(in_b stat -L -c %i /proc/self/ns/net)" \
    "$(sed -nE 's/^probe=connect-established .*zone=([0-9]+) .*/\1/p' trace) $(
      sed -nE 's/^probe=accept-established .*zone=([0-9]+) .*/\1/p' trace)"
  check_equal "$address: each end has its own process" \
    "$(sed -nE 's/.*"begin", "pid": ([0-9]+).*/\1/p' talk.a) $(sed -nE 's/.*"begin", "pid": ([0-9]+).*/\1/p' talk.b)" \
    "$(sed -nE 's/^probe=connect-established .*pid=([0-9]+) .*/\1/p' trace) $(
      sed -nE 's/^probe=accept-established .*pid=([0-9]+) .*/\1/p' trace)"
  check_equal "$address: not local" 0 "$(grep -c 'local=1' trace)"
  check "$address: selective acknowledgements move fack beyond suna" awk '
    match($0, /suna=[0-9]+/) { suna = substr($0, RSTART + 5, RLENGTH - 5) }
    match($0, /fack=[0-9]+/) { if (substr($0, RSTART + 5, RLENGTH - 5) != suna) found = 1 }
    END { exit !found }' <(grep '^probe=receive .*rport=7000' trace)
  check "$address: a loss lowers ssthresh" grep -qE 'probe=send .*rport=7000 .*ssthresh=[0-9]{3,6} ' trace
done

# ---- both ends connect at once ----
rm -f go ready.*
in_a tc qdisc add dev va root netem delay 500ms
in_b tc qdisc add dev vb root netem delay 500ms
in_a ping -c 1 -W 3 10.1.1.2 > /dev/null 2>&1
start_trace trace -s "$tcp/members.d"
in_a timeout 30 python3 "$tcp/talk.py" cross 10.1.1.1 5000 10.1.1.2 6000 > talk.a &
one=$!
in_b timeout 30 python3 "$tcp/talk.py" cross 10.1.1.2 6000 10.1.1.1 5000 > talk.b &
two=$!
for _ in $(seq 100); do [ -e ready.5000 ] && [ -e ready.6000 ] && break; sleep 0.1; done
touch go
wait $one $two
stop_trace
in_a tc qdisc del dev va root; in_b tc qdisc del dev vb root
check "both connected at once" grep -q syn-received trace
check_equal "simultaneous open: connect-established at both ends" 2 "$(hits 'probe=connect-established')"
check_equal "simultaneous open: nobody accepted" 0 "$(hits 'probe=accept-established')"
check_equal "simultaneous open: two changes from syn-sent to syn-received" 2 \
  "$(hits 'probe=state-change .*old=state-syn-sent state=state-syn-received')"
check_equal "simultaneous open: and from there to established" 2 \
  "$(hits 'probe=state-change .*old=state-syn-received state=state-established')"
check_equal "simultaneous open: both ends are active" 0 \
  "$(grep -E 'probe=(connect|send|receive)' trace | grep -cE 'active=0')"

# ---- a port is used again while its last connection waits ----
rm -f listening
in_b sysctl -qw net.ipv4.tcp_tw_reuse=0
in_b python3 - > talk.b <<'P' &
import socket
l = socket.create_server(("10.1.1.2", 7100)); open("listening", "w").close()
for _ in range(2):
    s, _ = l.accept(); s.close()
P
server=$!
for _ in $(seq 100); do [ -e listening ] && break; sleep 0.1; done
start_trace trace -s "$tcp/members.d"
for _ in 1 2; do
  in_a python3 - <<'P'
import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("10.1.1.1", 5100)); s.connect(("10.1.1.2", 7100)); s.recv(1); s.close(); time.sleep(0.2)
P
done
wait $server
stop_trace
check_equal "time-wait: the port was used twice" 2 "$(hits 'probe=connect-established')"
check_equal "time-wait: entered after fin-wait-2" 2 \
  "$(hits 'probe=state-change .*old=state-fin-wait-2 state=state-time-wait .*lport=7100')"
check_equal "time-wait: left when a new SYN came" 1 \
  "$(hits 'probe=state-change .*old=state-time-wait state=state-closed .*lport=7100')"
check_equal "time-wait: that SYN was received once" 2 "$(hits 'probe=receive .*flags=2 .*lport=7100')"
check_equal "time-wait: its owner is known" 0 "$(grep -E 'state=state-time-wait' trace | grep -c ' pid=0 ')"

# ---- what was there before ----
python3 - > talk <<'P' &
import os, socket, time
l = socket.create_server(("127.0.0.1", 7200)); c = socket.create_connection(("127.0.0.1", 7200)); s, _ = l.accept()
print(os.getpid(), flush=True); open("connected", "w").close()
while not os.path.exists("go2"): time.sleep(0.05)
c.close(); time.sleep(0.2); s.close()
P
old=$!
for _ in $(seq 100); do [ -e connected ] && break; sleep 0.1; done
start_trace trace -s "$tcp/members.d"
touch go2; wait $old
stop_trace
check_equal "older connections: the owner of both ends is known" 0 "$(grep '^probe' trace | grep -vc " pid=$(cat talk) ")"
check_equal "older connections: who opened it too" 0 "$(grep '^probe=send' trace | grep -c 'active=0 .*rport=7200')"
check_equal "older connections: and who did not" 0 "$(grep '^probe=send' trace | grep -c 'active=1 .*lport=7200')"
ip netns del a; ip netns del b
