# SPDX-License-Identifier: MIT
# Limit: 400 s
# What a consumer may take from the machine: time in a firing, clauses on a probe, memory.
. "$DTRACE_SUITES/check.bash"

# ---- time ----

# Half a megabyte is searched in each of thirty clauses, 997 times a second on every CPU.
{
  echo '#pragma D option strsize=512k'
  echo 'string s; BEGIN { s = "0123456789abcdef0123456789abcdef"; }'
  for _ in $(seq 14); do echo 'BEGIN { s = strjoin(s, s); }'; done
  for _ in $(seq 30); do echo 'profile-997 { this->n = index(s, "zz"); this->m = strlen(s); }'; done
} > heavy.d
dtrace -xdroptags -qs heavy.d > out 2> err &
tracer=$!
for _ in $(seq 100); do
  [ ! -s err ] || break
  sleep 0.1
done
begin=$(date +%s%N)
kill -INT "$tracer" 2> /dev/null
wait "$tracer"
check_between "an interrupt ends clauses that want all the time there is, in ms" 0 8000 \
  $((($(date +%s%N) - begin) / 1000000))
check "each says that it takes too long" grep -q 'firing takes too long (more than [0-9]* us: option firebudget)' err

begin=$(date +%s)
check_fails "left alone they are ended" 'processing aborted: the clauses take too long, again and again' \
  timeout 60 dtrace -qs heavy.d
check_between "soon, in s" 0 40 $(($(date +%s) - begin))
check "the log tells" grep -q 'killed by the deadman: [0-9]* 0x2' /proc/dtrace/trace

check_output "a clause that faults so reaches ERROR" 'arg4 12 arg5 50$' timeout 60 dtrace -qx firebudget=50us -x strsize=64k -n '
  string s; BEGIN { s = "0123456789abcdef"; }
  BEGIN { s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); }
  BEGIN { s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); }
  BEGIN { s = strjoin(s, s); s = strjoin(s, s); }
  tick-10ms { i = index(s, "zz"); } ERROR { printf("arg4 %d arg5 %d\n", arg4, arg5); exit(0); }'
check_output "a larger budget lets the same do" '^-1$' timeout 60 dtrace -qx firebudget=10ms -x strsize=64k -n '
  string s; BEGIN { s = "0123456789abcdef"; }
  BEGIN { s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); }
  BEGIN { s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); }
  BEGIN { s = strjoin(s, s); s = strjoin(s, s); }
  tick-10ms { printf("%d", index(s, "zz")); exit(0); }'
check_fails "beyond the limit it is refused" 'firebudget must be a time between 10us and 10ms' \
  dtrace -x firebudget=11ms -n BEGIN
check_fails "a budget is a time" 'firebudget must be a time' dtrace -x firebudget=5 -n BEGIN

# ---- clauses ----

{
  echo 'tick-50ms { @[0] = count(); } tick-1s { exit(0); }'
  for _ in $(seq 16000); do echo 'tick-50ms { n++; }'; done
  echo 'END { printf("%d\n", n); }'
} > many.d
check "16,000 clauses on one probe" timeout 120 dtrace -qs many.d

# ---- memory ----

# Somebody who has nothing to do with it, and half of what is available.
available() { awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo; }
kills() { awk '/^oom_kill / { print $2 }' /proc/vmstat; }
hold=$(($(available) / 3))
python3 -c "
import sys, time
held = bytearray($hold << 20)
for at in range(0, len(held), 4096): held[at] = 1
print('held', flush=True)
time.sleep(300)" > innocent.out &
innocent=$!
until grep -q held innocent.out; do sleep 0.1; done
kills_before=$(kills)

# N SIZE: so many consumers with such buffers, at the same time.
crowd() {
  local i pids=()
  for i in $(seq "$1"); do
    dtrace -xdroptags -qb "$2" -n 'syscall:::entry { @[execname] = count(); } tick-6s { exit(0); }' > "crowd.$i" 2> "crowd.$i.err" &
    pids+=($!)
  done
  nr_refused=0 nr_silent=0
  for i in $(seq "$1"); do
    wait "${pids[i - 1]}" && continue
    nr_refused=$((nr_refused + 1))
    grep -q 'max_memory_mb' "crowd.$i.err" || nr_silent=$((nr_silent + 1))
  done
}
crowd 4 85m
check "an innocent process outlives four consumers with large buffers" kill -0 "$innocent"
check_equal "who of them was refused was told why" 0 "$nr_silent"
sleep 1
"$DTRACE_PROGRAMS/kcore_crowd" 30 512 > crowd.out
check_equal "thirty consumers with huge buffers" 0 $?
check_output "whoever gets none is told the limit" 'refused: .*max_memory_mb' cat crowd.out
check "an innocent process outlives them too" kill -0 "$innocent"
check_equal "nobody was killed for want of memory" "$kills_before" "$(kills)"
kill "$innocent"
wait "$innocent" 2> /dev/null
for _ in $(seq 50); do
  grep -q '^memory of all consumers 0 KiB, to come 0 KiB' /proc/dtrace/stats && break
  sleep 0.1
done
check "all memory was given back" grep '^memory of all consumers 0 KiB, to come 0 KiB' /proc/dtrace/stats
