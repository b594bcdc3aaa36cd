// SPDX-License-Identifier: GPL-2.0-only
/* 5.19: ftrace_set_filter_ips() sets many addresses at once.
 * Exports: ftrace_set_filter_ips
 */
#include <linux/ftrace.h>

int probe(struct ftrace_ops *ops, unsigned long *ips);
int probe(struct ftrace_ops *ops, unsigned long *ips)
{
	return ftrace_set_filter_ips(ops, ips, 1, 0, 1);
}
