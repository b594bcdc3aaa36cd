# SPDX-License-Identifier: MIT
# Who may trace: capabilities, descriptors that are passed on, user and pid namespaces, destructive actions,
# addresses. Lockdown is in 95-lockdown.
. "$DTRACE_SUITES/check.bash"
. "$DTRACE_SUITES/dtest.bash"
unload_dtrace
dtrace=$(command -v dtrace)
hello='BEGIN { printf("traced\n"); exit(0); }'
destructive='BEGIN { raise(18); exit(0); }'

check_output "root may trace" '^traced' dtrace -qn "$hello"
check "the patch engine and its providers are loaded" dtrace -qn 'BEGIN,fbt::vfs_read:entry,instr::vfs_read:push-* { exit(0); }'

# ---- capabilities ----
as() { # CAPABILITIES COMMAND...: another user with these, separated by commas
  local caps=$1
  shift
  setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps "$caps" --ambient-caps "$caps" "$@"
}
check_fails "the device belongs to root" 'need to be root' as +perfmon,+bpf "$dtrace" -qn "$hello"
chmod 0666 /dev/dtrace
check_fails "another user may not trace, whatever the device's mode" 'need to be root' \
  setpriv --reuid 65534 --clear-groups "$dtrace" -qn "$hello"
check_fails "one of the two capabilities is not enough" 'need to be root' \
  as +perfmon "$dtrace" -qn "$hello"
check_output "CAP_PERFMON and CAP_BPF are" '^traced' as +perfmon,+bpf "$dtrace" -qn "$hello"
check_output "CAP_SYS_ADMIN is" '^traced' as +sys_admin "$dtrace" -qn "$hello"
check_fails "but destructive actions take CAP_SYS_ADMIN" 'destructive actions need CAP_SYS_ADMIN' \
  as +perfmon,+bpf "$dtrace" -wqn "$destructive"
for file in providers stats trace fbt instr text; do
  check_fails "another user does not read /proc/dtrace/$file" 'not permitted' \
    setpriv --reuid 65534 --clear-groups head -c 1 /proc/dtrace/$file
done
check "whoever may trace reads /proc/dtrace/stats" as +perfmon,+bpf cat /proc/dtrace/stats
check_fails "root without capabilities does not" 'not permitted' \
  setpriv --bounding-set -all --inh-caps -all cat /proc/dtrace/stats
check_fails "nor does root of a user namespace" 'not permitted' unshare -Ur cat /proc/dtrace/stats
check_fails "who may not trace either" 'need to be root' unshare -Ur "$dtrace" -qn "$hello"
check_fails "doctor says that it is a user namespace" 'problem +namespaces +this is a user namespace' \
  unshare -Ur "$dtrace" doctor
chmod 0600 /dev/dtrace

# ---- descriptors ----
check_equal "a descriptor is worth nothing to another user" \
  "version EPERM providers EPERM enable EPERM go EPERM status EPERM progress EPERM pid EPERM mmap EPERM" \
  "$("$DTRACE_PROGRAMS/passed_fd" 65534 | xargs)"
check_output "root goes on using its own" '^version ok providers ok ' \
  sh -c "'$DTRACE_PROGRAMS/passed_fd' 0 | xargs"

# ---- pid namespaces ----
inside() { unshare -p --mount-proc -f "$@"; }
check_output "\$target is the process of -c in a pid namespace" '^1$' \
  inside "$dtrace" -qn 'syscall::execve:return /pid == $target/ { @ = count(); } END { printa("%@d\n", @); }' -c /bin/true
check_output "-p takes a number of the namespace" '^seen$' inside sh -c \
  "(while :; do sleep 0.1; done) & '$dtrace' -qn 'syscall:::entry /pid == \$target/ { printf(\"seen\n\"); exit(0); }' -p \$!; kill \$!"
check_output "\$pid is the command itself" '^same$' \
  inside "$dtrace" -qn 'BEGIN { printf("%s\n", pid == $pid ? "same" : "differs"); exit(0); }'
check_output "the symbols of its processes are found" '`' inside "$dtrace" -qn \
  'syscall::write:entry /pid == $target/ { ustack(3); exit(0); }' -c '/bin/echo x'
check_output "a decoded descriptor has its file's name" '3<[^>]*hostname>' inside "$dtrace" -n \
  'syscall::openat:return /pid == $target/' -c 'cat /etc/hostname'
check_output "doctor says that numbers are translated" 'ok +namespaces +a pid namespace' \
  sh -c "unshare -p --mount-proc -f '$dtrace' doctor || true"

# ---- addresses ----
check_output "root sees addresses" ' ffffffff[0-9a-f]{8} ' grep -m 1 :entry /proc/dtrace/fbt
check "and the kernel's text" sh -c "head -c 0 /proc/dtrace/text"
sysctl -q kernel.kptr_restrict=2
check_output "kptr_restrict hides them" ' 0000000000000000 ' grep -m 1 :entry /proc/dtrace/fbt
check_equal "all of them" 0 "$(head -qn 500 /proc/dtrace/fbt /proc/dtrace/instr | grep -c ' ffffffff')"
check_fails "and the text, whose offsets are addresses" 'not permitted' head -c 1 /proc/dtrace/text
check_fails "doctor says so" 'problem +kernel symbols +addresses are hidden' dtrace doctor
sysctl -q kernel.kptr_restrict=1
check_output "kptr_restrict 1 asks for CAP_SYSLOG" ' 0000000000000000 ' \
  as +perfmon,+bpf grep -m 1 :entry /proc/dtrace/fbt
sysctl -q kernel.kptr_restrict=0

# ---- hardened code ----
sysctl -q net.core.bpf_jit_harden=2
check_output "programs run when the kernel blinds their constants" '^7 12345678901$' \
  dtrace -qn 'BEGIN { x = 3; printf("%d %d\n", x + 4, 12345678900 + 1); exit(0); }'
sysctl -q net.core.bpf_jit_harden=0

# ---- destructive actions ----
dmesg -C
check "root may use destructive actions" dtrace -wqn "$destructive"
check_output "which is recorded" 'destructive(=1| actions enabled)' dmesg
unload_dtrace
insmod "$DTRACE_BUILD_DIR/modules/$(uname -r)/dtrace.ko" forbid_destructive=1
check_fails "unless the machine's owner forbids them" 'forbidden on this machine .*forbid_destructive' \
  dtrace -wqn "$destructive"
check_output "the refusal is recorded" '(res=0|actions refused)' dmesg
check_output "other programs run" '^traced' dtrace -wqn "$hello"
check_fails "doctor says so" 'problem +destructive actions +forbidden' dtrace doctor
check_fails "nobody takes it back" '.' sh -c 'echo 0 > /sys/module/dtrace/parameters/forbid_destructive'
unload_dtrace
