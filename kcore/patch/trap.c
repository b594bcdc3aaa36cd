// SPDX-License-Identifier: GPL-2.0-only
/*
 * Breakpoints: those of sites that keep one, and those that a CPU meets while five bytes are being exchanged.
 *
 * The kernel delivers them through its die chain, as if they were NMIs. Functions that run before this notifier
 * cannot carry a breakpoint themselves (reserved.c finds them). Context of a hit: that of the interrupted code, with
 * interrupts off.
 */
#include <linux/hardirq.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/notifier.h>
#include <dtrace/provider.h>
#include "displace.h"
#include "site.h"

/* What the entry code has added to the preemption count for the trap. */
#define TRAP_COUNT	(NMI_OFFSET + HARDIRQ_OFFSET)

/* As if the patched return or jump had been executed. */
static __always_inline void leave(const struct dtk_site *site, struct pt_regs *regs)
{
	struct dtrace_hook hook = { .site = (struct dtk_site *)site };
	unsigned long target = dtrace_hook_target(&hook, regs);

	if (target) {
		regs->ip = target;
		return;
	}
	regs->ip = *(unsigned long *)regs->sp;
	regs->sp += sizeof(unsigned long);
	if (site->orig[0] == 0xc2)
		regs->sp += *(u16 *)(site->orig + 1);
}

static notrace int on_trap(struct dtk_site *site, struct pt_regs *regs)
{
	regs->ip = site->addr;
	/* Hooks see the context of the interrupted code, not that of the trap. */
	__preempt_count_sub(TRAP_COUNT);
	if (dtk_hits_are_wanted())
		dtk_site_hit(site, regs, 0);
	__preempt_count_add(TRAP_COUNT);
	if (site->kind == DTK_SITE_JUMP)
		leave(site, regs);
	else if (site->slot)
		regs->ip = (unsigned long)site->slot;
	else
		dtk_displace_emulate(site->insn, site->addr, regs);
	return NOTIFY_STOP;
}
NOKPROBE_SYMBOL(on_trap);

static notrace int on_die(struct notifier_block *nb, unsigned long event, void *data)
{
	struct die_args *args = data;
	struct pt_regs *regs = args->regs;
	struct dtk_site *site;

	if (event != DIE_INT3 || user_mode(regs))
		return NOTIFY_DONE;
	site = dtk_site_find(regs->ip - 1);
	if (!site || site->kind == DTK_SITE_ENTRY)
		return NOTIFY_DONE;
	if (READ_ONCE(site->state) == DTK_SITE_IDLE &&
	    READ_ONCE(*(u8 *)site->addr) == site->orig[0]) {
		/* Removed between the trap and now: the instruction itself is there again. */
		dtk_site_late(site);
		regs->ip = site->addr;
		return NOTIFY_STOP;
	}
	return on_trap(site, regs);
}
NOKPROBE_SYMBOL(on_die);

static struct notifier_block die_block = {
	.notifier_call = on_die,
	.priority = INT_MAX,
};

int dtk_trap_init(void)
{
	return register_die_notifier(&die_block);
}

void dtk_trap_exit(void)
{
	unregister_die_notifier(&die_block);
}
