# SPDX-License-Identifier: MIT
# The guest itself is what test/vm/run promises: root, writable files that stay here, all mounts.
. "$DTRACE_SUITES/check.bash"

check_equal "runs as root" 0 "$(id -u)"
check_equal "is called guest" guest "$(hostname)"
check "has kernel types" test -r /sys/kernel/btf/vmlinux
check "has tracefs" test -r /sys/kernel/tracing/available_tracers
check "has debugfs" test -d /sys/kernel/debug/tracing
check "has the bpf file system" mountpoint -q /sys/fs/bpf
check "has cgroups" test -r /sys/fs/cgroup/cgroup.controllers
check_equal "shows kernel addresses" 0 "$(cat /proc/sys/kernel/kptr_restrict)"
check "shows symbols with addresses" grep -qE '^f+[0-9a-f]+ T ksys_read$' /proc/kallsyms
check "loopback is up" python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0))
socket.create_connection(s.getsockname())'
check "standard files can be reopened" sh -c 'echo x > /dev/stdout; echo y > /dev/stderr'
check "root is writable" sh -c 'echo x > /usr/guest-was-here && rm /usr/guest-was-here'
check "loads the kernel's own modules" modprobe veth
check_equal "a warning ends the run" 1 "$(cat /proc/sys/kernel/panic_on_warn)"
check "gcc works" sh -c 'echo "int main(void) { return 0; }" > x.c && gcc -o x x.c && ./x'
