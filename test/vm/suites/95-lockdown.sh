# SPDX-License-Identifier: MIT
# The kernel's lockdown, switched on after the modules are loaded. The last suite: it cannot be switched off again.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"
hello='BEGIN { printf("traced\n"); exit(0); }'
destructive='BEGIN { raise(18); exit(0); }'

mountpoint -q /sys/kernel/security || mount -t securityfs securityfs /sys/kernel/security
if [ ! -w /sys/kernel/security/lockdown ]; then
  printf 'skip lockdown: this kernel has none\n'
  exit 0
fi
check "loaded before lockdown" dtrace -qn 'BEGIN,fbt::vfs_read:entry { exit(0); }'
echo integrity > /sys/kernel/security/lockdown
check_output "integrity: tracing goes on" '^traced' dtrace -qn "$hello"
check_fails "destructive actions do not" 'locked down: destructive actions are forbidden' dtrace -wqn "$destructive"
echo confidentiality > /sys/kernel/security/lockdown
check_fails "confidentiality: nothing is traced" 'locked down for confidentiality: tracing is forbidden' \
  dtrace -qn "$hello"
check_fails "doctor says so" 'problem +lockdown .*forbids all tracing' dtrace doctor
