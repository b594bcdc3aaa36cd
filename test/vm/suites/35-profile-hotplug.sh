# SPDX-License-Identifier: MIT
# Timers of the profile provider: grids, CPUs that come and go, many probes, probes that come and go.
. "$DTRACE_SUITES/check.bash"

cpu1=/sys/devices/system/cpu/cpu1/online

# Exactness: the first firing is one interval after the start, the others follow on its grid.
check_output "the points of a tick lie on one grid" 'off the grid: [0-3] ' dtrace -q -n '
  uint64_t first, off; int far;
  tick-20ms { first = first ? first : timestamp; off = (timestamp - first) % 20000000;
              far += off > 5000000 && off < 15000000; }
  tick-2s { printf("off the grid: %d \n", far); exit(0); }'
check_output "profile-N tells how late it is" 'timely: [1-9]' dtrace -q -n '
  profile-10ms /arg2 < 10000000/ { @ = count(); } tick-1s { printa("timely: %@d\n", @); exit(0); }'
check_output "a tick is not late by definition" 'late: 0 ' dtrace -q -n '
  uint64_t late; tick-5ms { late += arg2; } tick-500ms { printf("late: %d \n", late); exit(0); }'
check_output "every firing has one program counter, not two, not none" 'bad: 0 ' dtrace -q -n '
  int bad; profile-1ms /(arg0 != 0) + (arg1 != 0) != 1/ { bad++; }
  tick-1s { printf("bad: %d \n", bad); exit(0); }'
check_output "aligned CPUs share a grid" 'apart: [0-3] ' dtrace -q -x profalign -n '
  uint64_t begin, off; int apart;
  profile-50ms { off = (timestamp - arg2) % 50000000; begin = begin ? begin : off; off -= begin;
                 apart += (int64_t)off > 3000000 && off < 47000000; }
  tick-2s { printf("apart: %d \n", apart); exit(0); }'
check_output "twenty rates at once" '^20$' dtrace -q -n "$(seq -s , -f 'tick-%gms' 101 120) { seen[probename] = 1; }
  tick-1s { exit(0); } END { printf(\"%d\\n\", $(for n in $(seq 101 120); do printf 'seen["tick-%dms"] + ' "$n"; done) 0); }"
check_output "typed arguments" 'uintptr_t' dtrace -lvn profile-97

# CPU hotplug.
if [ -w "$cpu1" ]; then
  dtrace -q -n 'tick-10ms { @t = count(); } profile-10ms { @[cpu] = count(); }
    tick-4s { printa("tick %@d\n", @t); printa("cpu %d %@d\n", @); exit(0); }' > out 2>&1 &
  tracer=$!
  sleep 1
  for _ in 1 2 3; do
    echo 0 > "$cpu1"
    sleep 0.3
    echo 1 > "$cpu1"
    sleep 0.3
  done
  wait "$tracer"
  check_equal "tracing outlives CPUs that come and go" 0 $?
  check_between "a tick goes on while CPUs come and go" 380 400 "$(awk '/^tick/ { print $2 }' out)"
  check_between "samples of the CPU that stays" 375 401 "$(awk '/^cpu 0/ { print $3 }' out)"
  check_between "samples of the CPU that goes" 100 360 "$(awk '/^cpu 1/ { print $3 }' out)"

  # The tick begins on the CPU that then leaves.
  taskset -c 1 dtrace -q -n 'tick-5ms { @ = count(); } tick-2s { printa("%@d\n", @); exit(0); }' > out &
  tracer=$!
  sleep 0.7
  echo 0 > "$cpu1"
  wait "$tracer"
  echo 1 > "$cpu1"
  check_between "a tick moves when its CPU goes" 390 400 "$(cat out)"
  echo 0 > "$cpu1"
  check_between "a tick with one CPU left" 190 200 \
    "$(dtrace -q -n 'tick-5ms { @ = count(); } tick-1s { printa("%@d\n", @); exit(0); }' | tr -d '\n')"
  echo 1 > "$cpu1"
else
  echo "skip CPU hotplug: one CPU"
fi

# Enable and disable, load and unload.
for _ in $(seq 10); do
  dtrace -q -n 'profile-4999, tick-5000 { @ = count(); } tick-50ms { exit(0); }' > out || break
done
check_equal "ten short runs of fast timers" 0 $?
for _ in $(seq 5); do
  rmmod dtrace_profile && insmod "$DTRACE_MODULE_DIR/dtrace_profile.ko" || break
done
check_equal "unloads and loads again" 0 $?
dtrace -q -n 'tick-1s { }' > out 2>&1 &
tracer=$!
sleep 0.7
check_fails "is not unloaded while in use" 'in use' rmmod dtrace_profile
kill -9 "$tracer"
wait "$tracer" 2> /dev/null
sleep 0.5
check "is unloaded after its user was killed" rmmod dtrace_profile
