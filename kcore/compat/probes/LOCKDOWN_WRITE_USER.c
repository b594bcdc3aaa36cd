// SPDX-License-Identifier: GPL-2.0-only
/* 5.15: lockdown tells writing to user memory from reading the kernel's. */
#include <linux/security.h>

int probe(void);
int probe(void)
{
	return security_locked_down(LOCKDOWN_BPF_READ_KERNEL) + security_locked_down(LOCKDOWN_BPF_WRITE_USER);
}
