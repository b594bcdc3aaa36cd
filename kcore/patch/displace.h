/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an instruction does when a breakpoint took its place: carried out on the saved registers, or run as a copy
 * elsewhere. No kernel calls: also compiled in user space by the unit tests.
 *
 * Context of everything here: any, probe context included.
 */
#ifndef _DTK_PATCH_DISPLACE_H
#define _DTK_PATCH_DISPLACE_H

#include "insn.h"

struct pt_regs;

#define DTK_DISPLACE_SIZE	32	/* bytes that dtk_displace_copy() may write: an instruction and a jump */

/**
 * enum dtk_displace - how to carry out a displaced instruction
 * @DTK_DISPLACE_EMULATE: dtk_displace_emulate()
 * @DTK_DISPLACE_COPY: run what dtk_displace_copy() wrote
 * @DTK_DISPLACE_REFUSE: neither is right
 */
enum dtk_displace {
	DTK_DISPLACE_EMULATE,
	DTK_DISPLACE_COPY,
	DTK_DISPLACE_REFUSE,
};

/**
 * dtk_displace_plan - how this instruction can be displaced
 * @insn: decoded
 * @bytes: the instruction
 * @why: out, if refused: the reason in a few words
 *
 * A copy faults at its own address: an instruction with an entry in the exception table must not be copied, and the
 * caller knows that table.
 *
 * Context: any.
 */
enum dtk_displace dtk_displace_plan(const struct dtk_insn *insn, const __u8 *bytes, const char **why);

/**
 * dtk_displace_emulate - as if the instruction had run
 * @insn: one that dtk_displace_plan() said to emulate
 * @addr: where it is; @regs->ip need not be there
 * @regs: kernel registers before it, out: after it, ip included
 *
 * Calls and pushes write below regs->sp: the saved registers must not be there (the kernel's entry for int3 leaves a
 * gap of six words). Memory is read without a net, as the instruction itself would.
 *
 * Context: any.
 */
void dtk_displace_emulate(const struct dtk_insn *insn, unsigned long addr, struct pt_regs *regs);

/**
 * dtk_displace_copy - write a copy that runs elsewhere and comes back
 * @out: DTK_DISPLACE_SIZE bytes
 * @out_addr: where they will run
 * @insn: one that dtk_displace_plan() said to copy
 * @bytes: the instruction
 * @addr: where it is; the copy ends in a jump to @addr + length
 *
 * Context: any. Return: bytes written; -ERANGE: memory relative to ip, or the way back, is more than 2 GiB away;
 * -EINVAL: the instruction cannot be copied.
 */
int dtk_displace_copy(__u8 *out, unsigned long out_addr, const struct dtk_insn *insn, const __u8 *bytes,
		      unsigned long addr);

/**
 * dtk_insn_target - where it goes, or what it accesses
 * @insn: decoded
 * @addr: where it is
 * @regs: registers before it
 *
 * Of branches, calls and returns the target, also of conditional ones that are not taken. Of others the effective
 * address of the memory operand, without the base of a segment; for pushes and string instructions, whose memory is
 * implied, and for nops 0. Memory that holds a target is read so that a bad address gives 0.
 *
 * Context: any. Return: the address, 0 if there is none.
 */
__u64 dtk_insn_target(const struct dtk_insn *insn, unsigned long addr, const struct pt_regs *regs);

/**
 * dtk_insn_taken - whether it branches
 * @insn: decoded
 * @regs: registers before it
 *
 * Context: any. Return: of conditional branches whether they will be taken; true for other branches, calls and returns,
 * false for all else.
 */
bool dtk_insn_taken(const struct dtk_insn *insn, const struct pt_regs *regs);

#endif /* _DTK_PATCH_DISPLACE_H */
