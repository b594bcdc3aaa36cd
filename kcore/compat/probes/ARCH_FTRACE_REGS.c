// SPDX-License-Identifier: GPL-2.0-only
/* 6.13: struct ftrace_regs is opaque. */
#include <linux/ftrace.h>

struct pt_regs *probe(struct ftrace_regs *fregs);
struct pt_regs *probe(struct ftrace_regs *fregs)
{
	return &arch_ftrace_regs(fregs)->regs;
}
