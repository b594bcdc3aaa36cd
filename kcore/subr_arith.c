// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutines: division, which may fault (everything else of arithmetic is instructions), and the guard that
 * contains faults.
 */
#include "subr.h"

/* INT64_MIN / -1 would trap; it wraps to itself, with remainder 0. */
static bool is_minus_one(u64 value)
{
	return value == ~0ull;
}

u64 dtk_subr_SDIV(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (!a2) {
		dtk_fault(ms, DTRACE_FLT_DIVZERO, 0);
		return 0;
	}
	if (is_minus_one(a2))
		return 0 - a1;
	return (u64)((s64)a1 / (s64)a2);
}
NOKPROBE_SYMBOL(dtk_subr_SDIV);

u64 dtk_subr_UDIV(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (!a2) {
		dtk_fault(ms, DTRACE_FLT_DIVZERO, 0);
		return 0;
	}
	return a1 / a2;
}
NOKPROBE_SYMBOL(dtk_subr_UDIV);

u64 dtk_subr_SMOD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (!a2) {
		dtk_fault(ms, DTRACE_FLT_DIVZERO, 0);
		return 0;
	}
	if (is_minus_one(a2))
		return 0;
	return (u64)((s64)a1 % (s64)a2);
}
NOKPROBE_SYMBOL(dtk_subr_SMOD);

u64 dtk_subr_UMOD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (!a2) {
		dtk_fault(ms, DTRACE_FLT_DIVZERO, 0);
		return 0;
	}
	return a1 % a2;
}
NOKPROBE_SYMBOL(dtk_subr_UMOD);

/* The program has compared an index of a D variable's array with its bounds. */
u64 dtk_subr_BADINDEX(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	dtk_fault(ms, DTRACE_FLT_BADINDEX, a1);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_BADINDEX);

/*
 * A guarded value may fail without harm to the rest of the clause. A fault from before the guard stays: the clause
 * is lost, and every guard in it is without effect. Likewise when the firing has used up its budget.
 */
u64 dtk_subr_GUARD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	struct dtk_mstate *ms = dtk_mstate_this();

	if (a1) {
		if (!ms->fault)
			ms->have |= DTK_HAVE_GUARD;
		return 0;
	}
	if (!ms->fault || !(ms->have & DTK_HAVE_GUARD) || ms->fault == DTRACE_FLT_BUDGET + 1)
		return 0;
	ms->fault = 0;
	return 1;
}
NOKPROBE_SYMBOL(dtk_subr_GUARD);
