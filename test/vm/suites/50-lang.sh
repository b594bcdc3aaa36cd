# SPDX-License-Identifier: MIT
# Limit: 900 s
# Every D program of test/lang with its expected output.
exec "$DTRACE_SUITES/../../lang/run"
