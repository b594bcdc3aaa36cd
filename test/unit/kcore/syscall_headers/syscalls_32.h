/* SPDX-License-Identifier: MIT */
__SYSCALL_I386(3, sys_read)
__SYSCALL(22, sys_oldumount)
__SYSCALL_WITH_COMPAT(106, sys_newstat, compat_sys_newstat)
__SYSCALL_WITH_COMPAT(195, sys_stat64, compat_sys_test_stat64)
