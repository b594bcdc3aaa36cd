/* SPDX-License-Identifier: MIT */
/* For test_syscall_table: the numbers of the x32 ABI. */
#ifndef _TEST_UNISTD_64_X32_H
#define _TEST_UNISTD_64_X32_H

#define __NR_x32_rt_sigaction 512

#endif
