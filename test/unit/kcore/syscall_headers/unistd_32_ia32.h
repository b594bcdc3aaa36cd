/* SPDX-License-Identifier: MIT */
/* For test_syscall_table: a small 32-bit table. */
#ifndef _TEST_UNISTD_32_IA32_H
#define _TEST_UNISTD_32_IA32_H

#define __NR_ia32_read 3
#define __NR_ia32_stat 106
#define __NR_ia32_umount 22
#define __NR_ia32_stat64 195
#define __NR_ia32_syscalls 196

#endif
