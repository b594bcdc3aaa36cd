/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: files in /proc.
 */
#ifndef _DTK_COMPAT_PROC_H
#define _DTK_COMPAT_PROC_H

#include <linux/proc_fs.h>
#include "config.h"

/* What proc_create_data() was given. */
static inline void *dtc_proc_data(const struct inode *inode)
{
#ifdef DT_HAVE_PDE_DATA
	return pde_data(inode);
#else
	return PDE_DATA(inode);
#endif
}

#endif /* _DTK_COMPAT_PROC_H */
