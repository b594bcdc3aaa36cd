# SPDX-License-Identifier: MIT
# Limit: 300 s
# Programs in the kernel's native code against the reference interpreter: listed and random requests, and 10,000 random
# programs that must be refused or run without harm.
. "$DTRACE_SUITES/check.bash"

modules=$DTRACE_BUILD_DIR/modules/$(uname -r)
refcheck=$DTRACE_BUILD_DIR/test/refinterp/refcheck

[ -d /sys/module/dtrace ] || insmod "$modules/dtrace.ko"
"$refcheck" listed || true
"$refcheck" random 500 || true
"$refcheck" bytes 10000 || true
check "the core unloads after that" rmmod dtrace
