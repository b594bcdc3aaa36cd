# SPDX-License-Identifier: MIT
# Limit: 400 s
# The core alone, without the compiler: thin path, hostile requests, exact counts, sudden deaths, unloading, leaks.
. "$DTRACE_SUITES/check.bash"

modules=$DTRACE_BUILD_DIR/modules/$(uname -r)
programs=$DTRACE_PROGRAMS
fuzzer=$DTRACE_BUILD_DIR/test/fuzz/enable_ioctl

load() { insmod "$modules/$1.ko"; }
wait_until() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}
unload_all() {
  local module
  for module in dtrace_syscall dtrace_profile dtrace; do
    [ ! -d "/sys/module/$module" ] || rmmod "$module" || return 1
  done
}
unused() { [ "$(awk -v m="$1" '$1 == m { print $3 }' /proc/modules)" = 0 ]; }
# Bytes in slabs, vmalloc and per-CPU memory that cannot be taken back.
memory_in_use() {
  sync
  echo 3 > /proc/sys/vm/drop_caches
  sleep 0.5
  awk '/^(SUnreclaim|VmallocUsed|Percpu|KernelStack|PageTables):/ { sum += $2 } END { print sum }' /proc/meminfo
}

unload_all
check "the core loads" load dtrace
"$programs/kcore_thin"
"$programs/kcore_hostile"
check "the core unloads after that" rmmod dtrace

load dtrace && load dtrace_syscall && load dtrace_profile
"$programs/kcore_map"
check "counts of all system calls are exact" "$programs/kcore_count" syscall "" "" "" 2
check "counts of both timers are exact" "$programs/kcore_count" profile "" "" "*-1*" 2
check "counts of everything at once are exact" "$programs/kcore_count" "" "" "" "" 2

"$programs/kcore_count" syscall "" "" entry 0 > one.out &
one=$!
"$programs/kcore_count" syscall "" "" "" 0 > two.out &
two=$!
wait_until 10 grep -q tracing two.out
check "two consumers hold the provider" sh -c '! rmmod dtrace_syscall 2> /dev/null'
check "and the core" sh -c '! rmmod dtrace 2> /dev/null'
check "the statistics show both" sh -c '[ "$(grep -c "^consumer" /proc/dtrace/stats)" = 2 ]'
kill -9 "$one"
wait "$one" 2> /dev/null
check "one killed: the other's probes stay" sh -c '! rmmod dtrace_syscall 2> /dev/null'
kill -9 "$two"
wait "$two" 2> /dev/null
check "both killed: nothing stays armed" wait_until 5 unused dtrace_syscall
check_equal "and no probe is enabled" 0 "$(awk '$1 == "syscall" { print $4 }' /proc/dtrace/providers)"

cycle() {
  local consumer
  "$programs/kcore_count" "" "" "" "" 0 > cycle.out &
  consumer=$!
  wait_until 10 grep -q tracing cycle.out
  sleep 0.0$((RANDOM % 9))
  kill -9 "$consumer"
  wait "$consumer" 2> /dev/null
}
for _ in 1 2 3; do cycle; done
before=$(memory_in_use)
for _ in {1..20}; do cycle; done
check "twenty kill -9 leave nothing armed" wait_until 5 unused dtrace_syscall
after=$(memory_in_use)
check_between "nor memory (KiB more than before)" -1000000 2048 $((after - before))

check "all modules unload" unload_all
load dtrace && load dtrace_syscall && load dtrace_profile && unload_all
before=$(memory_in_use)
for round in {1..15}; do
  load dtrace && load dtrace_syscall && load dtrace_profile && unload_all ||
    fail "round $round of loading and unloading"
done
after=$(memory_in_use)
check_between "fifteen loads and unloads keep no memory (KiB)" -1000000 2048 $((after - before))

load dtrace
"$fuzzer" 1000
check "the core unloads after random requests" rmmod dtrace
