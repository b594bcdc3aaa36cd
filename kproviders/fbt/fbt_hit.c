// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firing the probes of the fbt provider. Context: probe context; built without ftrace hooks.
 */
#include <linux/kprobes.h>
#include "compat/compiler.h"
#include "fbt.h"

#define NR_REG_ARGS	6u

/*
 * Registers beyond the last argument hold whatever was there: such an argument reads 0. One function for each
 * number of arguments, because the number is known when the probe is armed.
 */
static __always_inline void hit_entry(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags,
				      unsigned int nargs)
{
	struct fbt_hook *fh = container_of(hook, struct fbt_hook, hook);
	struct dtrace_firing firing dtc_uninitialized;

	firing.arg[0] = nargs > 0 ? regs->di : 0;
	firing.arg[1] = nargs > 1 ? regs->si : 0;
	firing.arg[2] = nargs > 2 ? regs->dx : 0;
	firing.arg[3] = nargs > 3 ? regs->cx : 0;
	firing.arg[4] = nargs > 4 ? regs->r8 : 0;
	firing.arg[5] = nargs > 5 ? regs->r9 : 0;
	/* From arg6 on through fbt_hit_getarg() only. */
	firing.regs = regs;
	firing.err = 0;
	firing.flags = flags;
	dtrace_fire(fh->probe, &firing);
}

#define HIT_ENTRY(n)                                                                               \
	static void notrace hit_entry_##n(struct dtrace_hook *hook, struct pt_regs *regs,          \
					  u32 flags)                                               \
	{                                                                                          \
		hit_entry(hook, regs, flags, n);                                                   \
	}                                                                                          \
	NOKPROBE_SYMBOL(hit_entry_##n)
HIT_ENTRY(0);
HIT_ENTRY(1);
HIT_ENTRY(2);
HIT_ENTRY(3);
HIT_ENTRY(4);
HIT_ENTRY(5);
HIT_ENTRY(6);

fbt_hit_fn fbt_hit_entry(u8 nargs)
{
	static const fbt_hit_fn hits[] = { hit_entry_0, hit_entry_1, hit_entry_2, hit_entry_3,
					   hit_entry_4, hit_entry_5, hit_entry_6 };

	return hits[min_t(unsigned int, nargs, NR_REG_ARGS)];
}

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
	unsigned int nargs = fbt_priv_func(dtrace_probe_priv(probe))->nargs;

	if (firing->flags & DTRACE_FIRING_RETURN || n < NR_REG_ARGS || nargs >= FBT_NARGS_ALL ||
	    n >= nargs)
		return 0;
	/* The function has so many, so this is its caller's frame. */
	return READ_ONCE(((const u64 *)firing->regs->sp)[1 + n - NR_REG_ARGS]);
}
NOKPROBE_SYMBOL(fbt_hit_getarg);
