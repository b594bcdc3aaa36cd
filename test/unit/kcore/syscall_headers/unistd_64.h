/* SPDX-License-Identifier: MIT */
/* For test_syscall_table: a small 64-bit table in the form of the kernel's generated headers. */
#ifndef _TEST_UNISTD_64_H
#define _TEST_UNISTD_64_H

#define __NR_read 0
#define __NR_stat 4
#define __NR_rt_sigaction 13
#define __NR_umount2 166
#define __NR_tuxcall 184
#define __NR_later 300
#define __NR_syscalls 301

#endif
