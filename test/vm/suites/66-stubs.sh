# SPDX-License-Identifier: MIT
# The numbers of stubs: past 16 bits, and when there are no more.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"

dtest_load
unload_dtrace
load_from() { # NUMBER of the first stub
  unload_dtrace && insmod "$DTRACE_MODULE_DIR/dtrace.ko" && insmod "$DTRACE_MODULE_DIR/dtrace_patch.ko" first_stub="$1"
}
for first in 65535 65536 100000; do
  check "the self-test passes with stubs from $first on" load_from $first
  dtrace -q -n 'fbt:dtest_calls:dtest_branch:return { @[probefunc] = count(); } END { printa("%s %@d\n", @); }' \
    -c "$(calls branch 1000)" > named.out 2>&1
  check_equal "returns that have them tell their function" "dtest_branch 1000" "$(grep . named.out)"
done
check "the last few stubs" load_from 131060
dtrace -q -n 'BEGIN { printf("ready\n"); } fbt:vmlinux:vfs_*:return { @ = count(); }' > few.out 2>&1 &
user=$!
wait_until 20 grep -q ready few.out
check_output "places beyond are refused by name" 'needs a stub, and all are taken' cat /proc/dtrace/fbt
check_between "the others are armed" 1 20 "$(armed 3)"
kill $user
wait $user
wait_until 15 nothing_armed

# Everything, with as many functions as there are; 6.12 has more than 65,536 returns with these.
unload_dtrace
modprobe -q xfs
modprobe -q btrfs
check_output "everything returns" '[1-9]' dtrace -q -n 'fbt:::return { @ = count(); } tick-2s { exit(0); }'
printf '# %s stubs are in use\n' "$(armed 4)"
check_equal "none is refused for want of a stub" 0 "$(grep -c 'all are taken' /proc/dtrace/fbt)"
wait_until 15 nothing_armed
unload_dtrace
modprobe -q -r xfs btrfs
rmmod dtest_calls
