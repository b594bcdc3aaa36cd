// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firing the probes of the fbt provider. Context: probe context; built without ftrace hooks.
 */
#include <linux/kprobes.h>
#include "compat/compiler.h"
#include "fbt.h"

#define NR_REG_ARGS	6u

/* Registers beyond the last argument hold whatever was there: such an argument reads 0. */
static noinline notrace void clear_rest(struct dtrace_firing *firing, unsigned int nargs)
{
	for (; nargs < NR_REG_ARGS; nargs++)
		firing->arg[nargs] = 0;
}
NOKPROBE_SYMBOL(clear_rest);

void notrace fbt_hit_entry(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct fbt_hook *fh = container_of(hook, struct fbt_hook, hook);
	struct dtrace_firing firing dtc_uninitialized;

	firing.arg[0] = regs->di;
	firing.arg[1] = regs->si;
	firing.arg[2] = regs->dx;
	firing.arg[3] = regs->cx;
	firing.arg[4] = regs->r8;
	firing.arg[5] = regs->r9;
	firing.arg[6] = fh->nargs;	/* for fbt_hit_getarg(), which gives the value */
	firing.arg[7] = 0;
	firing.arg[8] = 0;
	firing.arg[9] = 0;
	if (fh->nargs < NR_REG_ARGS)
		clear_rest(&firing, fh->nargs);
	firing.regs = regs;
	firing.err = 0;
	firing.flags = flags;
	dtrace_fire(fh->probe, &firing);
}
NOKPROBE_SYMBOL(fbt_hit_entry);

void notrace fbt_hit_return(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct fbt_hook *fh = container_of(hook, struct fbt_hook, hook);
	struct dtrace_firing firing dtc_uninitialized;

	firing.arg[0] = fh->offset;
	firing.arg[1] = regs->ax;
	firing.arg[2] = 0;
	firing.arg[3] = 0;
	firing.arg[4] = 0;
	firing.arg[5] = 0;
	firing.arg[6] = 0;
	firing.arg[7] = 0;
	firing.arg[8] = 0;
	firing.arg[9] = 0;
	firing.regs = regs;
	firing.err = 0;
	firing.flags = flags | DTRACE_FIRING_RETURN;
	dtrace_fire(fh->probe, &firing);
}
NOKPROBE_SYMBOL(fbt_hit_return);

/* A jump through a register: a dispatch inside the function is not a return. */
void notrace fbt_hit_jump(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct fbt_hook *fh = container_of(hook, struct fbt_hook, hook);
	unsigned long target = dtrace_hook_target(hook, regs);

	if (target < fh->begin || target >= fh->end)
		fbt_hit_return(hook, regs, flags);
}
NOKPROBE_SYMBOL(fbt_hit_jump);

/* Arguments from the seventh on lie above the return address. */
u64 notrace fbt_hit_getarg(void *arg, struct dtrace_probe *probe, const struct dtrace_firing *firing,
			   unsigned int n)
{
	u64 nargs = firing->arg[6];

	if (firing->flags & DTRACE_FIRING_RETURN || n < NR_REG_ARGS || nargs >= FBT_NARGS_ALL ||
	    n >= nargs)
		return 0;
	/* The function has so many, so this is its caller's frame. */
	return READ_ONCE(((const u64 *)firing->regs->sp)[1 + n - NR_REG_ARGS]);
}
NOKPROBE_SYMBOL(fbt_hit_getarg);
