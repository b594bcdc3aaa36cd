// SPDX-License-Identifier: GPL-2.0-only
/* 5.17: pde_data() was PDE_DATA() before. */
#include <linux/proc_fs.h>

void *probe(const struct inode *inode);
void *probe(const struct inode *inode)
{
	return pde_data(inode);
}
