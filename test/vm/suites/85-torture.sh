# SPDX-License-Identifier: MIT
# Limit: 200 s
# The torture of function and instruction probes, short: test/stress/torture without arguments is the real one.
exec bash "$DTRACE_SUITES/../../stress/torture" --seconds 20
