/* SPDX-License-Identifier: MIT */
__SYSCALL(0, sys_read)
__SYSCALL(4, sys_newstat)
__SYSCALL(13, sys_rt_sigaction)
__SYSCALL_COMMON(166, sys_umount)
__SYSCALL(184, sys_ni_syscall)
__SYSCALL_X32(512, compat_sys_rt_sigaction)
