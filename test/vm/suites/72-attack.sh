# SPDX-License-Identifier: MIT
# Limit: 300 s
# Attacks on the device, short: test/stress/attack without arguments takes ten minutes.
exec bash "$DTRACE_SUITES/../../stress/attack" --seconds 25
