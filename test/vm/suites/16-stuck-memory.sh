# SPDX-License-Identifier: MIT
# Limit: 400 s
# User memory that never comes, from userfaultfd or a dead file system: whoever gives it to an ioctl waits for it alone,
# and can be killed.
. "$DTRACE_SUITES/check.bash"

programs=$DTRACE_PROGRAMS
dtrace -l -n BEGIN > /dev/null

for call in match match-descs providers providers-infos argdesc enable enable-progs enable-binds enable-log epid \
  status switch progress version; do
  "$programs/stuck_page" "$call" > stuck.out 2>&1 &
  stuck=$!
  until grep -q . stuck.out || ! kill -0 "$stuck" 2> /dev/null; do sleep 0.05; done
  sleep 0.3
  check "$call waits for its memory" kill -0 "$stuck"
  check "others list probes meanwhile" timeout 30 dtrace -l -n BEGIN
  check "others trace meanwhile" timeout 30 dtrace -q -n 'BEGIN { exit(0); }'
  check "/proc/dtrace/stats can be read" timeout 30 cat /proc/dtrace/stats
  check "a provider can be loaded" timeout 30 dtrace -l -P profile
  kill -KILL "$stuck"
  for _ in $(seq 100); do
    kill -0 "$stuck" 2> /dev/null || break
    sleep 0.1
  done
  check "and $call can be killed" sh -c "! kill -0 $stuck 2> /dev/null"
  wait "$stuck" 2> /dev/null
done
for module in $(ls /sys/module | grep '^dtrace_') dtrace; do
  check "$module can be unloaded" timeout 30 rmmod "$module"
done
