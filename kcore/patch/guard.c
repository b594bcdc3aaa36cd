// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel gets to see of our bytes when somebody makes a kprobe. Entry points: dtk_guard_*().
 *
 * The kernel decodes the function in front of a kprobe, to find out whether an instruction begins there, and all of the
 * function before it replaces a kprobe's breakpoint by a jump, to find out whether anything leads into the five bytes.
 * A breakpoint of ours is an instruction of one byte to it: it goes on in the middle of the one below, and does not
 * see the jump that one may be. Then it writes its own jump over the target, and the next CPU that is led there runs
 * into the middle of an address. So it is told what is below, and refused what is ours.
 *
 * Context of the callback: the kernel's, making a kprobe; text_mutex is held, so no site changes meanwhile.
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include "compat/ftrace.h"
#include "ksym.h"
#include "pause.h"
#include "site.h"

#define JUMP_SIZE	5u	/* what a kprobe's breakpoint may become */

/* Where the tracer calls, of each function that is guarded. */
static struct {
	unsigned long prepare;		/* int arch_prepare_kprobe(struct kprobe *) */
	unsigned long optimize;		/* int arch_prepare_optimized_kprobe(struct optimized_kprobe *, ...) */
	unsigned long recover;		/* unsigned long __recover_optprobed_insn(kprobe_opcode_t *buf, addr) */
	unsigned long queue;		/* text_poke_queue(): pause.c; 0 = this kernel lacks it */
} at;
static bool is_on;

/* These run in place of a guarded function, with its arguments. */
static noinline notrace int refuse(void)
{
	return -EBUSY;
}

static noinline notrace unsigned long take_buffer(kprobe_opcode_t *buf)
{
	return (unsigned long)buf;
}

/* The site whose bytes an address is one of, if they are not the kernel's own now. */
static __always_inline const struct dtk_site *ours(unsigned long addr)
{
	const struct dtk_site *site;
	unsigned int i;

	for (i = 0; i < JUMP_SIZE; i++) {
		site = dtk_site_find(addr - i);
		if (site && site->kind != DTK_SITE_ENTRY && site->state != DTK_SITE_IDLE &&
		    i < dtk_site_patch_len(site))
			return site;
	}
	return NULL;
}

static __always_inline bool has_ours(unsigned long addr, unsigned int bytes)
{
	while (bytes--) {
		if (ours(addr + bytes))
			return true;
	}
	return false;
}

/* The rest of a buffer behind the instruction is not looked at. A jump to a stub is as long as what is below it. */
static __always_inline bool recover(u8 buf[DTK_INSN_MAX + 1], unsigned long addr)
{
	const struct dtk_site *site = ours(addr);
	unsigned int i;

	if (!site || site->addr != addr || dtk_site_patch_len(site) != 1)
		return false;
	for (i = 0; i < DTK_SITE_BYTES; i++)
		buf[i] = site->orig[i];
	return true;
}

static void notrace on_call(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			    struct ftrace_regs *fregs)
{
	struct pt_regs *regs = dtc_ftrace_regs(fregs);

	if (ip == at.recover) {
		if (recover((u8 *)regs->di, regs->si))
			regs->ip = (unsigned long)take_buffer;
	} else if (ip == at.prepare) {
		if (has_ours((unsigned long)((const struct kprobe *)regs->di)->addr, 1))
			regs->ip = (unsigned long)refuse;
#ifdef CONFIG_OPTPROBES
	} else if (ip == at.optimize) {
		const struct optimized_kprobe *op = (const void *)regs->di;

		if (has_ours((unsigned long)op->kp.addr, JUMP_SIZE))
			regs->ip = (unsigned long)refuse;
#endif
	} else if (ip == at.queue) {
		if (dtk_pause_is_due())
			regs->ip = (unsigned long)dtk_pause_queue;
	}
}
NOKPROBE_SYMBOL(on_call);

/* Permanent: as long as it is registered, nobody can switch the function tracer off. */
static struct ftrace_ops guard_ops = {
	.func = on_call,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT,
};

static int watch(unsigned long *place, unsigned long func)
{
	*place = dtk_k_ftrace_location_range(func, func + DTK_ENTRY_REACH - 1);
	return *place ? ftrace_set_filter_ip(&guard_ops, *place, 0, 0) : -ENOENT;
}

int dtk_guard_init(void)
{
	unsigned long queue = dtk_ksym.text_poke_queue ?: dtk_ksym.smp_text_poke_batch_add;
	int err;

	if (is_on)
		return 0;
	err = watch(&at.prepare, dtk_ksym.arch_prepare_kprobe);
#ifdef CONFIG_OPTPROBES
	if (!err)
		err = watch(&at.optimize, dtk_ksym.arch_prepare_optimized_kprobe);
	if (!err)
		err = watch(&at.recover, dtk_ksym.__recover_optprobed_insn);
#endif
	/* Nothing depends on it. */
	if (!err && queue && watch(&at.queue, queue))
		at.queue = 0;
	if (!err)
		err = register_ftrace_function(&guard_ops);
	is_on = !err;
	return err;
}

bool dtk_guard_is_on(void)
{
	return is_on;
}

void dtk_guard_exit(void)
{
	if (is_on)
		unregister_ftrace_function(&guard_ops);
	is_on = false;
	/* Only now: the kernel does not let an ops have a filter again after that. */
	ftrace_free_filter(&guard_ops);
}
