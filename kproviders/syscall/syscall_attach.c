// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a probe of the syscall provider is armed: a slot by system call number, looked up in the
 * sys_enter and sys_exit tracepoints, each registered once while any probe of its side is armed.
 * Entry points: sysc_attach_*(). on_sys_enter() and on_sys_exit() run in the system call; newer
 * kernels leave preemption on there, which changes nothing: the core turns interrupts off, and
 * chains are not freed before sysc_attach_sync().
 */
#include <linux/kprobes.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
#include "compat/compiler.h"
#include "syscall.h"

#ifndef __X32_SYSCALL_BIT
#define __X32_SYSCALL_BIT	0x40000000
#endif

static noinline notrace void fire_chain(unsigned long slot, struct dtrace_firing *firing)
{
	struct sysc_probe *p = (struct sysc_probe *)(slot & ~SYSC_SLOT_CHAIN);

	/* Pairs with the smp_store_release in create_alias(). */
	for (; p; p = READ_ONCE(p->next))
		dtrace_fire(p->probe, firing);
}
NOKPROBE_SYMBOL(fire_chain);

static __always_inline void fire_slot(unsigned long slot, struct dtrace_firing *firing)
{
	if (likely(!(slot & SYSC_SLOT_CHAIN)))
		dtrace_fire((struct dtrace_probe *)slot, firing);
	else
		fire_chain(slot, firing);
}

/* Everything of a firing but arg0..arg5, arg6 and err; firing->frame is the core's own. */
static __always_inline void fill_rest(struct dtrace_firing *firing, struct pt_regs *regs)
{
	firing->arg[7] = 0;
	firing->arg[8] = 0;
	firing->arg[9] = 0;
	firing->regs = regs;
	firing->flags = DTRACE_FIRING_USER_REGS;
}

static __always_inline void fire_entry(unsigned long slot, struct pt_regs *regs, u64 abi)
{
	struct dtrace_firing firing dtc_uninitialized;

	if (abi != SYSC_ABI_IA32) {
		firing.arg[0] = regs->di;
		firing.arg[1] = regs->si;
		firing.arg[2] = regs->dx;
		firing.arg[3] = regs->r10;
		firing.arg[4] = regs->r8;
		firing.arg[5] = regs->r9;
	} else {
		firing.arg[0] = (u32)regs->bx;
		firing.arg[1] = (u32)regs->cx;
		firing.arg[2] = (u32)regs->dx;
		firing.arg[3] = (u32)regs->si;
		firing.arg[4] = (u32)regs->di;
		firing.arg[5] = (u32)regs->bp;
	}
	firing.arg[6] = abi;
	firing.err = 0;
	fill_rest(&firing, regs);
	fire_slot(slot, &firing);
}

static __always_inline void fire_return(unsigned long slot, struct pt_regs *regs, long ret,
					u64 abi)
{
	struct dtrace_firing firing dtc_uninitialized;

	firing.arg[0] = ret;
	firing.arg[1] = ret;
	firing.arg[2] = 0;
	firing.arg[3] = 0;
	firing.arg[4] = 0;
	firing.arg[5] = 0;
	firing.arg[6] = abi;
	/* A debugger may have written a 32-bit value without its sign. */
	firing.err = sysc_errno(abi == SYSC_ABI_IA32 ? (long)(int)ret : ret);
	fill_rest(&firing, regs);
	fire_slot(slot, &firing);
}

static __always_inline bool is_plain(unsigned long nr)
{
	return likely(nr < SYSC_SLOTS) && likely(!in_ia32_syscall());
}

static __always_inline unsigned long load_slot(const unsigned long *slots, unsigned long nr,
					       unsigned long size)
{
	/* The caller has compared; without this the compiler would drop the mask. */
	OPTIMIZER_HIDE_VAR(nr);
	/* Pairs with the smp_store_release in set_slots(). */
	return READ_ONCE(slots[nr & (size - 1)]);
}

/* What is not a plain 64-bit call: a 32-bit one, one of the x32 ABI, or no call at all. */
static __always_inline unsigned long find_other(const struct sysc_slots *slots, unsigned long nr,
						u64 *abi)
{
	if (in_ia32_syscall()) {
		*abi = SYSC_ABI_IA32;
		return nr < SYSC_SLOTS ? load_slot(slots->ia32, nr, SYSC_SLOTS) : 0;
	}
	*abi = SYSC_ABI_X32;
	if (!(nr & __X32_SYSCALL_BIT))
		return 0;
	nr &= ~(unsigned long)__X32_SYSCALL_BIT;
	if (nr < SYSC_X32_FIRST)
		return load_slot(slots->x64, nr, SYSC_SLOTS);
	nr -= SYSC_X32_FIRST;
	return nr < SYSC_NR_X32 ? load_slot(slots->x32, nr, SYSC_NR_X32) : 0;
}

static noinline notrace void on_other_enter(struct pt_regs *regs, unsigned long nr)
{
	u64 abi;
	unsigned long slot = find_other(&sysc.sides[0].slots, nr, &abi);

	if (slot)
		fire_entry(slot, regs, abi);
}
NOKPROBE_SYMBOL(on_other_enter);

static noinline notrace void on_other_exit(struct pt_regs *regs, unsigned long nr, long ret)
{
	u64 abi;
	unsigned long slot = find_other(&sysc.sides[1].slots, nr, &abi);

	if (slot)
		fire_return(slot, regs, ret, abi);
}
NOKPROBE_SYMBOL(on_other_exit);

static notrace void on_sys_enter(void *data, struct pt_regs *regs, long nr)
{
	unsigned long slot;

	if (!is_plain(nr)) {
		on_other_enter(regs, nr);
		return;
	}
	slot = load_slot(sysc.sides[0].slots.x64, nr, SYSC_SLOTS);
	if (slot)
		fire_entry(slot, regs, SYSC_ABI_X64);
}
NOKPROBE_SYMBOL(on_sys_enter);

static notrace void on_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	long nr = (int)regs->orig_ax;
	unsigned long slot;

	if (!is_plain(nr)) {
		on_other_exit(regs, nr, ret);
		return;
	}
	slot = load_slot(sysc.sides[1].slots.x64, nr, SYSC_SLOTS);
	if (slot)
		fire_return(slot, regs, ret, SYSC_ABI_X64);
}
NOKPROBE_SYMBOL(on_sys_exit);

static void *const handlers[2] = { on_sys_enter, on_sys_exit };

static void find_tracepoint(struct tracepoint *tp, void *priv)
{
	if (!strcmp(tp->name, "sys_enter"))
		sysc.sides[0].tracepoint = tp;
	else if (!strcmp(tp->name, "sys_exit"))
		sysc.sides[1].tracepoint = tp;
}

/* Context: module init. Return: 0, or -ENODEV when the kernel has no such tracepoints. */
int sysc_attach_init(void)
{
	for_each_kernel_tracepoint(find_tracepoint, NULL);
	return sysc.sides[0].tracepoint && sysc.sides[1].tracepoint ? 0 : -ENODEV;
}

/* Wait until no hit can hold a chain that is in no slot any more. Context: process, may sleep. */
void sysc_attach_sync(void)
{
	if (!sysc.is_stale)
		return;
	tracepoint_synchronize_unregister();
	sysc.is_stale = false;
}

static void set_slots(struct sysc_slots *slots, const struct sysc_call *call, unsigned long slot)
{
	/* Pairs with the READ_ONCE in load_slot(): what it leads to is complete before that. */
	if (call->nr_x64 >= 0)
		smp_store_release(&slots->x64[call->nr_x64], slot);
	if (call->nr_ia32 >= 0)
		smp_store_release(&slots->ia32[call->nr_ia32], slot);
	if (call->nr_x32 >= SYSC_X32_FIRST && call->nr_x32 < SYSC_X32_FIRST + SYSC_NR_X32)
		smp_store_release(&slots->x32[call->nr_x32 - SYSC_X32_FIRST], slot);
}

/* Something of the chain was armed, disarmed, or added. Context: as sysc_attach_enable(). */
void sysc_attach_update(struct sysc_probe *head)
{
	unsigned long slot = 0;

	if (head->nr_armed && head->next)
		slot = (unsigned long)head | SYSC_SLOT_CHAIN;
	else if (head->nr_armed)
		slot = (unsigned long)head->probe;
	set_slots(&sysc.sides[head->is_return].slots, head->call, slot);
	sysc.is_stale = true;
}

static void arm(struct sysc_probe *p)
{
	sysc.sides[p->is_return].nr_armed++;
	if (!p->head->nr_armed++)
		sysc_attach_update(p->head);
}

static void disarm(struct sysc_probe *p)
{
	sysc.sides[p->is_return].nr_armed--;
	if (!--p->head->nr_armed)
		sysc_attach_update(p->head);
}

static int hook(unsigned int i)
{
	return tracepoint_probe_register(sysc.sides[i].tracepoint, handlers[i], NULL);
}

static void unhook(unsigned int i)
{
	WARN_ON_ONCE(tracepoint_probe_unregister(sysc.sides[i].tracepoint, handlers[i], NULL));
}

int sysc_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	bool was_idle[2] = { !sysc.sides[0].nr_armed, !sysc.sides[1].nr_armed };
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr; i++)
		arm(dtrace_probe_priv(probes[i]));
	for (i = 0; i < 2 && !err; i++) {
		if (was_idle[i] && sysc.sides[i].nr_armed)
			err = hook(i);
	}
	if (!err)
		return 0;
	if (i == 2 && was_idle[0] && sysc.sides[0].nr_armed)
		unhook(0);
	for (i = 0; i < nr; i++)
		disarm(dtrace_probe_priv(probes[i]));
	return err;
}

void sysc_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	bool was_busy[2] = { sysc.sides[0].nr_armed, sysc.sides[1].nr_armed };
	unsigned int i;

	for (i = 0; i < nr; i++)
		disarm(dtrace_probe_priv(probes[i]));
	for (i = 0; i < 2; i++) {
		if (was_busy[i] && !sysc.sides[i].nr_armed)
			unhook(i);
	}
}
