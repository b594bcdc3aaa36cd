/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: workqueues that are always there.
 */
#ifndef _DTK_COMPAT_WORKQUEUE_H
#define _DTK_COMPAT_WORKQUEUE_H

#include <linux/workqueue.h>
#include "config.h"

/* For work that any CPU may do. */
static inline struct workqueue_struct *dtc_unbound_wq(void)
{
#ifdef DT_HAVE_SYSTEM_DFL_WQ
	return system_dfl_wq;
#else
	return system_unbound_wq;
#endif
}

#endif /* _DTK_COMPAT_WORKQUEUE_H */
