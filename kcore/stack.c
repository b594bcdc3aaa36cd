// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stacks of the running thread, and the subroutines stack() and ustack().
 *
 * Entry points: stack.h, the STACK and USTACK subroutines; probe context. The kernel stack is walked by the
 * kernel's own unwinder (compat/unwind.h) from the registers of the probed place, so the first frame is that
 * place and nothing of the core shows. The user stack is followed by frame pointers: code built without them
 * gives short or odd stacks.
 */
#include "stack.h"
#include "subr.h"

/*
 * Where the kernel stack begins. A firing in an interrupt whose registers are those of user space interrupted no
 * kernel code: its kernel stack is empty.
 */
u32 dtk_stack_kernel(struct dtk_mstate *ms, u64 *pcs, u32 max)
{
	const struct dtrace_firing *firing = ms->firing;
	bool has_user_regs = firing->regs && (firing->flags & DTRACE_FIRING_USER_REGS);
	u32 nr;

	if (has_user_regs && dtc_context() != DTRACE_IPL_TASK)
		return 0;
	if (firing->regs && !has_user_regs)
		nr = dtc_unwind_regs(firing->regs, !(firing->flags & DTRACE_FIRING_RETURN),
				     firing->flags & DTRACE_FIRING_ENTRY ? DTC_ENTRY_CALL : 0, pcs,
				     max);
	else
		/* The firing lies in the provider's frame: start above it. */
		nr = dtc_unwind_from(firing, pcs, max);
	if (!nr)
		dtk_count(ms, stack_drops);
	dtk_charge(ms, DTK_COST_UNWIND + (u64)nr * DTK_COST_FRAME);
	return nr;
}
NOKPROBE_SYMBOL(dtk_stack_kernel);

const struct pt_regs *dtk_stack_user_regs(const struct dtk_mstate *ms)
{
	if (ms->firing->regs && (ms->firing->flags & DTRACE_FIRING_USER_REGS))
		return ms->firing->regs;
	return dtc_user_regs();
}
NOKPROBE_SYMBOL(dtk_stack_user_regs);

/* Remember one address if there is room for it. */
static void add_pc(u64 *pcs, u32 *nr, u64 pc)
{
	if (pcs)
		pcs[*nr] = pc;
	(*nr)++;
}

/*
 * In a system call the innermost function is a stub of the C library, mostly without a frame of its own:
 * then its return address is on top of the stack, and the frame pointer is the caller's. It counts if a call
 * stands before it.
 */
static u64 stub_caller(const struct pt_regs *regs)
{
	u8 code[8];
	u64 pc;

	if (!dtc_regs_in_syscall(regs) || dtc_copy_from_user(&pc, dtc_regs_sp(regs), 8))
		return 0;
	if (pc < sizeof(code) || dtc_copy_from_user(code, pc - sizeof(code), sizeof(code)))
		return 0;
	return dtc_ends_in_call(code) ? pc : 0;
}
NOKPROBE_SYMBOL(stub_caller);

u32 dtk_stack_user(struct dtk_mstate *ms, u64 *pcs, u32 max)
{
	const struct pt_regs *regs = dtk_stack_user_regs(ms);
	u64 fp, pc, first;
	u32 nr = 0;

	if (!regs || !dtc_has_user_memory() || !max)
		return 0;
	add_pc(pcs, &nr, dtc_regs_pc(regs));
	fp = dtc_regs_fp(regs);
	first = nr < max ? stub_caller(regs) : 0;
	while (nr < max) {
		u64 next;

		if (!dtc_user_frame(regs, fp, &next, &pc))
			pc = 0;
		if (first && first != pc)
			add_pc(pcs, &nr, first);
		first = 0;
		/* Stacks grow down: a frame that is not above its callee is not a frame. */
		if (!pc || nr >= max)
			break;
		add_pc(pcs, &nr, pc);
		if (next <= fp)
			break;
		fp = next;
	}
	dtk_charge(ms, (u64)nr * DTK_COST_USER);
	return nr;
}
NOKPROBE_SYMBOL(dtk_stack_user);

u64 dtk_subr_STACK(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 *pcs = (u64 *)(uintptr_t)a1;
	u64 i = dtk_stack_kernel(ms, pcs, a3);

	for (; i < a2 / 8; i++)
		pcs[i] = 0;
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_STACK);

u64 dtk_subr_USTACK(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 *pcs = (u64 *)(uintptr_t)a1;
	u64 i = 1 + dtk_stack_user(ms, pcs + 1, a3);

	pcs[0] = dtc_task_tgid(current);
	for (; i < a2 / 8; i++)
		pcs[i] = 0;
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_USTACK);
