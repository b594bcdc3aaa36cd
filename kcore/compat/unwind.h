/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: the kernel's unwinder, and what user registers say about a user stack. Included by os.h; the shim has
 * its own versions. Context of everything here: probe context.
 */
#ifndef _DTK_COMPAT_UNWIND_H
#define _DTK_COMPAT_UNWIND_H

#include <linux/sched/task_stack.h>
#include <asm/ptrace.h>
#include <asm/unwind.h>

#include "mem.h"

static notrace __maybe_unused u32 dtc_unwind_rest(struct unwind_state *state, u64 *pcs, u32 nr, u32 max)
{
	unsigned long pc;

	for (; nr < max && !unwind_done(state); unwind_next_frame(state)) {
		pc = unwind_get_return_address(state);
		if (!pc)
			break;
		if (pcs)
			pcs[nr] = pc;
		nr++;
	}
	return nr;
}

/* From registers; with_pc: their own address comes first, less back (a call that is not the function's own). */
static notrace __maybe_unused u32 dtc_unwind_regs(struct pt_regs *regs, bool with_pc, u32 back, u64 *pcs,
						  u32 max)
{
	struct unwind_state state;
	u32 nr = 0;

	if (with_pc && max) {
		if (pcs)
			pcs[0] = regs->ip - back;
		nr = 1;
	}
	unwind_start(&state, current, regs, NULL);
	return dtc_unwind_rest(&state, pcs, nr, max);
}

/* Bytes of the function tracer's call. */
#define DTC_ENTRY_CALL	5u

/* From the caller of the function in whose frame the object lies. */
static notrace __maybe_unused u32 dtc_unwind_from(const void *object, u64 *pcs, u32 max)
{
	struct unwind_state state;

	unwind_start(&state, current, NULL, (unsigned long *)object);
	return dtc_unwind_rest(&state, pcs, 0, max);
}

/* Registers with which the running thread entered the kernel; NULL for kernel threads. */
static __always_inline const struct pt_regs *dtc_user_regs(void)
{
	return dtc_has_user_memory() ? task_pt_regs(current) : NULL;
}

/* Words of struct pt_regs that the function tracer's short form fills: arguments, ax, bp, sp, ip. */
static __always_inline bool dtc_entry_has_reg(u64 index)
{
	return index < 21 && (1ul << index & 0x97f10);
}

static __always_inline u64 dtc_regs_pc(const struct pt_regs *regs)
{
	return regs->ip;
}

static __always_inline u64 dtc_regs_sp(const struct pt_regs *regs)
{
	return regs->sp;
}

static __always_inline u64 dtc_regs_fp(const struct pt_regs *regs)
{
	return regs->bp;
}

static __always_inline bool dtc_regs_in_syscall(const struct pt_regs *regs)
{
	return user_64bit_mode((struct pt_regs *)regs) && (long)regs->orig_ax >= 0;
}

/* The frame at fp: the caller's frame and where it goes on. 32-bit code has 4-byte words. */
static __always_inline bool dtc_user_frame(const struct pt_regs *regs, u64 fp, u64 *next, u64 *pc)
{
	u64 words[2];
	u32 halves[2];

	if (user_64bit_mode((struct pt_regs *)regs)) {
		if ((fp & 7) || dtc_copy_from_user(words, fp, sizeof(words)))
			return false;
		*next = words[0];
		*pc = words[1];
	} else {
		if ((fp & 3) || dtc_copy_from_user(halves, fp, sizeof(halves)))
			return false;
		*next = halves[0];
		*pc = halves[1];
	}
	return *pc < TASK_SIZE_MAX;
}

/* Do the bytes before an address end in a call: e8 with a distance, or ff /2 with an operand of 0 to 5 bytes? */
static __always_inline bool dtc_ends_in_call(const u8 code[8])
{
	u32 i;

	if (code[3] == 0xe8)
		return true;
	for (i = 1; i <= 6; i++)
		if (code[i] == 0xff && (code[i + 1] & 0x38) == 0x10)
			return true;
	return false;
}

#endif /* _DTK_COMPAT_UNWIND_H */
