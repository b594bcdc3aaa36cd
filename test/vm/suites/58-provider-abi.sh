# SPDX-License-Identifier: MIT
# Providers that are older or newer than the core, or that misbehave: each is refused with an errno and a line in the
# kernel's log, and tracing goes on. The module dtest_provider does it.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"

module=$dtest_modules/dtest_provider.ko
params=/sys/module/dtest_provider/parameters
order() { echo "$1" > $params/order; cat $params/result; }
refusal() { awk -v what="$1" '$1 == what { print $2 }' refusals; }
in_log() { dmesg | grep -F "$1" > /dev/null; }
unload_provider() { wait_until 10 rmmod dtest_provider; }

dtrace -l -n BEGIN > /dev/null
if ! insmod "$module"; then
  fail "the test module loads" "build it with cmake/build-modules --tests; $(dmesg | tail -n 3)"
  exit 1
fi
cat $params/refusals > refusals
while read -r what wanted; do
  check_equal "$what gives $wanted" "$wanted" "$(refusal "$what")"
done << 'CASES'
newer-abi -71
older-abi -71
no-provider -22
no-ops -22
no-size -22
first-table 0
newer-op -71
newer-table 0
no-name -22
empty-name -22
bad-name -22
digit-name -22
taken-name -17
unregister 0
unregister-again -2
create-after -19
CASES
while read -r text; do
  check "the log says: $text" in_log "$text"
done << 'CASES'
module dtest_provider was built for provider ABI 2, this core has 1
module dtest_provider was built for provider ABI 0, this core has 1
module dtest_provider registers a provider without an ops table
provider dtest_bad has an ops table of 0 bytes: DTRACE_PROVIDER_OPS is missing
provider dtest_bad uses ops that this core does not know: it needs a newer one
'bad name' is no name for a provider
'pid123' is no name for a provider
there is a provider dtrace already, of module dtrace
dtrace_provider_unregister() of a provider that is not registered
dtrace_probe_create() of late for a provider that is not registered
CASES

# While it is enabled.
dtrace -qn 'BEGIN { printf("begun\n"); } dtest:::hit { printf("hit\n"); }' > out 2>&1 &
pid=$!
check "a consumer begins" wait_until 10 grep -q begun out
check_equal "unregistering an enabled provider gives EBUSY" -16 "$(order unregister)"
check_fails "its module cannot be unloaded" 'in use' rmmod dtest_provider
check_equal "a probe that is there gives EEXIST" -17 "$(order create)"
order fire > /dev/null
check "and it still fires" wait_until 5 grep -q '^hit' out
kill -TERM $pid; wait $pid

# In an NMI.
dtrace -qn 'BEGIN { printf("begun\n"); } dtest:::in-nmi { printf("nmi %d on %d\n", arg0, cpu); exit(0); }' > out 2>&1 &
pid=$!
check "a consumer of NMIs begins" wait_until 10 grep -q begun out
check_equal "an NMI comes" 0 "$(order nmi)"
wait $pid
check_output "a probe fires in an NMI" 'nmi 1 on [0-9]' cat out
dtrace -n 'BEGIN { printf("begun\n"); } dtest:::hit { printf("hit %d\n", arg6); } dtest:::nested { printf("nested\n"); }' > out 2>&1 &
pid=$!
check "a consumer of both begins" wait_until 10 grep -q begun out
order fire > /dev/null
wait_until 5 grep -q 'hit 0' out
kill -TERM $pid; wait $pid
check_output "a hit whose processing an NMI interrupts is whole" 'hit 0' cat out
check_equal "the hit in that NMI is refused" 0 "$(grep -c '^ .*nested' out)"
check_output "and counted" '1 .*(NMI|nmi)' cat out

check "the provider unloads" unload_provider
check_equal "its probes are gone" 0 "$(dtrace -l -P dtest 2> /dev/null | grep -c dtest)"

# Leaves without unregistering.
insmod "$module" forget=1
check_output "it is there again" 'dtest .*hit' dtrace -l -P dtest
check "a forgetful provider unloads" unload_provider
check "the log tells of it" in_log 'module dtest_provider goes without dtrace_provider_unregister(): provider dtest is removed'
check_equal "its probes are gone too" 0 "$(dtrace -l -P dtest 2> /dev/null | grep -c dtest)"

# Fails in init while somebody has a probe of it enabled already.
insmod "$module" fail=1 2> insmod.err &
loading=$!
wait_until 5 sh -c 'dtrace -l -P dtest | grep -q hit'
check_output "a consumer outlives a provider that fails to start" 'still here' timeout 20 \
  dtrace -qn 'dtest:::hit { printf("hit\n"); }' -n 'tick-3s { printf("still here\n"); exit(0); }'
wait $loading
check_equal "the provider fails to start" 1 $?
check_output "as it wanted" 'No such device' cat insmod.err
check_equal "nothing of it is left" 0 "$(dtrace -l -P dtest 2> /dev/null | grep -c dtest)"
check "everything unloads" unload_dtrace
