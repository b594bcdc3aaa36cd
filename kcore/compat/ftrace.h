/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: the function tracer.
 */
#ifndef _DTK_COMPAT_FTRACE_H
#define _DTK_COMPAT_FTRACE_H

#include <linux/ftrace.h>
#include "config.h"

/* Registers that the function tracer's short form saves: arguments, sp, bp, ip. Context: its callback. */
static __always_inline struct pt_regs *dtc_ftrace_regs(struct ftrace_regs *fregs)
{
#ifdef DT_HAVE_ARCH_FTRACE_REGS
	return &arch_ftrace_regs(fregs)->regs;
#else
	return &fregs->regs;
#endif
}

/* Adds addresses to a filter, or removes them. Return: 0 or -errno. Context: process, may sleep. */
static inline int dtc_ftrace_filter(struct ftrace_ops *ops, unsigned long *ips, unsigned int nr,
				    bool remove)
{
#ifdef DT_HAVE_FTRACE_SET_FILTER_IPS
	return ftrace_set_filter_ips(ops, ips, nr, remove, 0);
#else
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr && !err; i++)
		err = ftrace_set_filter_ip(ops, ips[i], remove, 0);
	return err;
#endif
}

#endif /* _DTK_COMPAT_FTRACE_H */
