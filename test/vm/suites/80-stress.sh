# SPDX-License-Identifier: MIT
# Limit: 400 s
# The stress run, small: test/stress/firings without arguments is the real one.
exec bash "$DTRACE_SUITES/../../stress/firings" 3000000 12
