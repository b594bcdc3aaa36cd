// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a probe of the syscall provider is armed: a slot by system call number, looked up in the
 * sys_enter and sys_exit tracepoints, each registered once while any probe of its side is armed.
 * Entry points: sysc_attach_*(). on_sys_enter() and on_sys_exit() run in the system call; newer
 * kernels leave preemption on there, which changes nothing: the core turns interrupts off, and
 * chains are not freed before sysc_attach_sync().
 */
#include <linux/kprobes.h>
#include <linux/nospec.h>
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

/*
 * Numbers that are not those of the 64-bit table: the x32 ABI, or no call at all. Rare: out of
 * line.
 */
static noinline notrace struct sysc_probe *find_x32(const struct sysc_slots *slots,
						    unsigned long nr)
{
	if (!(nr & __X32_SYSCALL_BIT))
		return NULL;
	nr &= ~(unsigned long)__X32_SYSCALL_BIT;
	if (nr < SYSC_NR_X64)
		return READ_ONCE(slots->x64[array_index_nospec(nr, SYSC_NR_X64)]);
	nr -= SYSC_X32_FIRST;
	if (nr < SYSC_NR_X32)
		return READ_ONCE(slots->x32[array_index_nospec(nr, SYSC_NR_X32)]);
	return NULL;
}
NOKPROBE_SYMBOL(find_x32);

static __always_inline struct sysc_probe *find(const struct sysc_slots *slots, unsigned long nr,
					       bool is_ia32)
{
	if (unlikely(is_ia32)) {
		if (nr >= SYSC_NR_IA32)
			return NULL;
		return READ_ONCE(slots->ia32[array_index_nospec(nr, SYSC_NR_IA32)]);
	}
	if (unlikely(nr >= SYSC_NR_X64))
		return find_x32(slots, nr);
	return READ_ONCE(slots->x64[array_index_nospec(nr, SYSC_NR_X64)]);
}

static __always_inline u64 abi_of(unsigned long nr, bool is_ia32)
{
	return is_ia32 ? SYSC_ABI_IA32 : nr & __X32_SYSCALL_BIT ? SYSC_ABI_X32 : SYSC_ABI_X64;
}

static __always_inline void fire_chain(struct sysc_probe *p, struct dtrace_firing *firing)
{
	do {
		dtrace_fire(p->probe, firing);
		/* Pairs with the smp_store_release in create_alias(). */
		p = READ_ONCE(p->next);
	} while (unlikely(p));
}

static notrace void on_sys_enter(void *data, struct pt_regs *regs, long id)
{
	bool is_ia32 = in_ia32_syscall();
	struct sysc_probe *p = find(&sysc.sides[0].slots, id, is_ia32);
	struct dtrace_firing firing dtc_uninitialized;

	if (!p)
		return;
	if (!is_ia32) {
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
	firing.arg[6] = abi_of(id, is_ia32);
	firing.arg[7] = 0;
	firing.arg[8] = 0;
	firing.arg[9] = 0;
	firing.frame = 0;
	firing.regs = regs;
	firing.err = 0;
	firing.flags = DTRACE_FIRING_USER_REGS;
	fire_chain(p, &firing);
}
NOKPROBE_SYMBOL(on_sys_enter);

static notrace void on_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	bool is_ia32 = in_ia32_syscall();
	long id = (int)regs->orig_ax;
	struct sysc_probe *p = find(&sysc.sides[1].slots, id, is_ia32);
	struct dtrace_firing firing dtc_uninitialized;

	if (!p)
		return;
	firing.arg[0] = ret;
	firing.arg[1] = ret;
	firing.arg[2] = 0;
	firing.arg[3] = 0;
	firing.arg[4] = 0;
	firing.arg[5] = 0;
	firing.arg[6] = abi_of(id, is_ia32);
	firing.arg[7] = 0;
	firing.arg[8] = 0;
	firing.arg[9] = 0;
	firing.frame = 0;
	firing.regs = regs;
	/* A debugger may have written a 32-bit value without its sign. */
	firing.err = sysc_errno(is_ia32 ? (long)(int)ret : ret);
	firing.flags = DTRACE_FIRING_USER_REGS;
	fire_chain(p, &firing);
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

static void set_slots(struct sysc_slots *slots, const struct sysc_call *call, struct sysc_probe *p)
{
	/* Pairs with the READ_ONCE in find(): the chain is complete before it can be seen. */
	if (call->nr_x64 >= 0)
		smp_store_release(&slots->x64[call->nr_x64], p);
	if (call->nr_ia32 >= 0)
		smp_store_release(&slots->ia32[call->nr_ia32], p);
	if (call->nr_x32 >= SYSC_X32_FIRST && call->nr_x32 < SYSC_X32_FIRST + SYSC_NR_X32)
		smp_store_release(&slots->x32[call->nr_x32 - SYSC_X32_FIRST], p);
}

static void arm(struct sysc_probe *p)
{
	struct sysc_side *side = &sysc.sides[p->is_return];

	side->nr_armed++;
	if (!p->head->nr_armed++)
		set_slots(&side->slots, p->call, p->head);
}

static void disarm(struct sysc_probe *p)
{
	struct sysc_side *side = &sysc.sides[p->is_return];

	side->nr_armed--;
	if (!--p->head->nr_armed)
		set_slots(&side->slots, p->call, NULL);
	sysc.is_stale = true;
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
