# SPDX-License-Identifier: MIT
# args[] of kernel functions: types and values from the kernel's type information, lists, and what is said about
# functions that have no probe.
. "$DTRACE_SUITES/check.bash"

trace() { timeout 20 dtrace -q "$@"; }

check_output "the issue's example names real files" 'hostname' \
  trace -n 'fbt::vfs_read:entry { @[stringof(args[0]->f_path.dentry->d_name.name)] = count(); }' -c 'cat /etc/hostname'
check_output "args[] and the call's own arguments agree" '^1 4096' \
  trace -n 'syscall::read:entry /pid == $target && arg2 == 4096/ { self->buf = arg1; }
    fbt::vfs_read:entry /self->buf/
    { printf("%d %d\n", args[1] == (char *)self->buf, args[2]); exit(0); }' \
  -c "sh -c 'exec head -c 4096 /dev/zero > /dev/null'"
check_output "a return has its offset and the value" '^1 1 5' \
  trace -n 'syscall::read:entry /pid == $target && arg2 == 5/ { self->in = 1; }
    fbt::vfs_read:return /self->in/
    { printf("%d %d %d\n", args[0] == arg0, args[0] > 0, args[1]); exit(0); }' \
  -c "sh -c 'exec head -c 5 /dev/zero > /dev/null'"
check_output "narrow values are extended" '^-2 ' \
  trace -n 'fbt::do_sys_openat2:return /pid == $target && (int)arg1 < 0/ { printf("%d \n", args[1]); exit(0); }' \
  -c 'cat /no/such/file'
check_output "a structure in one register" '^0 0' \
  trace -n 'fbt::from_kuid_munged:entry { printf("%d %d\n", args[1].val, sizeof (args[1]) - 4); exit(0); }' -c id
check_output "a structure returned in two registers" '(^|[[:space:]])1($|[[:space:]])' \
  trace -n 'fbt::ns_to_kernel_old_timeval:entry /pid == $target && arg0 > 0/ { self->ns = arg0; }
    fbt::ns_to_kernel_old_timeval:return /self->ns/
    { printf("%d\n", args[1].tv_sec * 1000000 + args[1].tv_usec == self->ns / 1000); exit(0); }' -c 'bash -c times'
check_output "arguments on the stack, and nothing behind the last" '^1 1 0 0' \
  trace -n 'fbt::do_mmap:entry /pid == $target/ { printf("%d %d %d %d\n", (uint64_t)args[6] >> 48 == 0xffff,
    (uint64_t)args[7] >> 48 == 0xffff || args[7] == 0, arg8, arg9); exit(0); }' -c true
check_output "whole structures are printed" '\.pid = \(pid_t\)[0-9]+' \
  trace -n 'fbt::wake_up_new_task:entry { print(*args[0]); exit(0); }' -c 'sh -c "true & wait"'
check_output "nested members, unions and bit-fields are" '\.nr_cpus_allowed = ' \
  trace -n 'fbt::wake_up_new_task:entry { print(*args[0]); exit(0); }' -c 'sh -c "true & wait"'

check_output "entry is listed with its types" 'args\[0\]: struct file \*.*args\[2\]: size_t' \
  dtrace -lvn 'fbt::vfs_read:entry'
check_output "return is listed with its types" 'args\[0\]: int.*args\[1\]: ssize_t' \
  dtrace -lvn 'fbt::vfs_read:return'
check_output "functions of modules are typed by the module's own information" 'args\[0\]: struct virtqueue \*' \
  dtrace -lvn 'fbt:virtio_ring:virtqueue_kick:entry'

check_fails "unequal types are named with their probes" \
  'args\[0\] differs .*struct file \* in fbt:vmlinux:vfs_read:entry.*write one clause for each type' \
  dtrace -n 'fbt::vfs_read:entry, fbt::vfs_open:entry { trace(args[0]); }'
check "only the argument that is used must agree" \
  dtrace -en 'fbt::vfs_read:entry, fbt::vfs_readv:entry { trace(args[0]->f_mode); }'
check_fails "a function without a value has no args[1]" 'returns no value' \
  dtrace -n 'fbt::wake_up_new_task:return { trace(args[1]); }'

check_fails "a misspelt function" 'no symbol vfs_raed.*did you mean vfs_read' dtrace -n 'fbt::vfs_raed:entry'
check_fails "entry code" 'exc_debug is noinstr' dtrace -n 'fbt::exc_debug:entry'
check_fails "data" 'jiffies is data, not a function' dtrace -n 'fbt::jiffies:entry'
check_fails "boot code" 'booting only' dtrace -n 'fbt::x86_64_start_kernel:entry'
check_fails "the wrong module" 'vfs_read is in vmlinux' dtrace -n 'fbt:virtio_ring:vfs_read:entry'
check_fails "a module that is not loaded" 'module ext9 is not loaded' dtrace -n 'fbt:ext9:open:entry'
check_fails "instr wants a function" 'name (fewer functions|a function)|instr::FUNCTION:' dtrace -n 'instr:::'
