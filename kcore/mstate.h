/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine state: everything a program and its subroutines know while one clause runs on one CPU.
 *
 * One per CPU, set up by fire.c with interrupts off, so that only an NMI could nest; the recursion guard
 * in fire.c refuses that. Subroutines get at it with dtk_mstate_this(). Valid only inside dtrace_fire().
 */
#ifndef _DTK_MSTATE_H
#define _DTK_MSTATE_H

#include "os.h"
#include <dtrace/dif.h>
#include <dtrace/uapi.h>

struct dtk_state;
struct dtk_dyn;
struct dtk_ecb;
struct dtrace_probe;
struct dtrace_firing;

/*
 * Bits of dtk_mstate.have: which lazily computed values are present, and whether the program contains faults by
 * itself (GUARD). All are cleared per clause.
 */
#define DTK_HAVE_TIMESTAMP	0x1u
#define DTK_HAVE_VTIMESTAMP	0x2u
#define DTK_HAVE_WALLTIME	0x4u
#define DTK_HAVE_GUARD		0x8u

struct dtk_mstate {
	/* set per firing by fire.c */
	struct dtrace_firing *firing;
	struct dtrace_probe *probe;
	u64 entry_ns;		/* when the firing began; time in probes is kept out of vtimestamp */

	/* set per consumer and clause by fire.c */
	struct dtk_state *state;
	struct dtk_ecb *ecb;
	u8 *frame;		/* this consumer's frame on this CPU: what r7 holds */
	u32 frame_size;
	u32 strsize;
	u8 *scratch;		/* alloca() area behind the frame: begin, next free, end */
	u8 *scratch_next;
	u8 *scratch_end;
	struct dtk_dyn **kept;	/* this CPU's thread-local values at hand; NULL = the consumer has none */
	unsigned int cpu;
	u32 work_limit;		/* see dtk_charge() */

	/* per clause, changed by subroutines; fire.c zeroes them before each clause, all four in two stores */
	u32 have;
	u32 fault;		/* enum dtrace_fault + 1; 0 = none. Set through dtk_fault() */
	u32 spec;		/* speculate(): the record goes there; 0 = principal buffer */
	u32 work;		/* what the firing has cost so far; not zeroed between clauses of a firing */
	u64 fault_value;
	u32 fault_site;		/* DTRACE_FRAME_SITE at the fault: the program goes on and overwrites it */
	u64 timestamp;
	u64 vtimestamp;
	u64 walltimestamp;
	u32 strtok_off;		/* strtok(): where to go on in strtok_str */
	const char *strtok_str;
};

/*
 * Record a fault: the first one wins. Every subroutine begins with "if (ms->fault) return 0".
 */
static inline void dtk_fault(struct dtk_mstate *ms, enum dtrace_fault why, u64 value)
{
	if (!ms->fault) {
		ms->fault = (u32)why + 1;
		ms->fault_value = value;
		ms->fault_site = *(const u32 *)(ms->frame + DTRACE_FRAME_SITE);
	}
}

/*
 * What a firing may cost. Interrupts are off for all of it, so whatever takes longer than a few dozen instructions is
 * charged before it is done, or, where its length shows only then, after a piece whose length is bounded. The unit is a
 * nanosecond of an ordinary machine: a guess, but the same program costs the same everywhere and every time.
 */
#define DTK_COST_WORD		8u		/* eight bytes looked at one by one */
#define DTK_COST_COPY(bytes)	((bytes) / 4)	/* bytes copied or searched by words */
#define DTK_COST_CLEAR(bytes)	((bytes) / 8)
#define DTK_COST_READ		8u		/* one read of kernel memory, besides its bytes */
#define DTK_COST_USER		32u		/* one access to user memory, besides its bytes */
#define DTK_COST_LINK		8u		/* one step in a chain */
#define DTK_COST_UNWIND		200u		/* a walk of the kernel's stack, besides its frames */
#define DTK_COST_FRAME		100u
#define DTK_COST_CLAUSE		32u		/* a clause, besides its instructions */
#define DTK_COST_FAULT		256u		/* reporting one */

#define DTK_WORK_PER_US		1000u
/* The most that one firing may cost, all consumers together. Beyond it nobody has any budget left. */
#define DTK_WORK_MAX		(2 * DTRACE_MAX_FIREBUDGET_US * DTK_WORK_PER_US)

/* The budget is used up: what follows in this firing faults as well if it costs anything. Return: false. */
bool dtk_over_budget(struct dtk_mstate *ms);

/*
 * Charge the running firing for work. Context: probe context. Return: false = it may not be done; a fault was recorded.
 */
static __always_inline bool dtk_charge(struct dtk_mstate *ms, u64 cost)
{
	u64 work = ms->work + cost;

	if (unlikely(work > ms->work_limit))
		return dtk_over_budget(ms);
	ms->work = work;
	return true;
}

DECLARE_PER_CPU(struct dtk_mstate, dtk_mstates);
#define dtk_mstate_this() this_cpu_ptr(&dtk_mstates)

#endif /* _DTK_MSTATE_H */
