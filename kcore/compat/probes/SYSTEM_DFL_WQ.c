// SPDX-License-Identifier: GPL-2.0-only
/* 6.17: system_dfl_wq in place of system_unbound_wq.
 * Exports: system_dfl_wq
 */
#include <linux/workqueue.h>

struct workqueue_struct *probe(void);
struct workqueue_struct *probe(void)
{
	return system_dfl_wq;
}
