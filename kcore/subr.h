/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Subroutines: the kernel side of calls in programs. dif.h lists them, subr.c has the table, the other
 * subr_*.c files one family each.
 *
 * To add one: a line in DTRACE_SUBR_LIST (dif.h), the function in its family's file, declared by the list below;
 * a case in the verifier if it has a constant argument; a test in test/unit/kcore and in test/refinterp.
 *
 * Every subroutine: probe context, interrupts off, arguments r1..r5 as the verifier let them pass. It begins with
 * DTK_SUBR_ENTER, which returns 0 when a fault was recorded before, and reports its own with dtk_fault(). Only GUARD
 * looks at a fault and takes it back.
 */
#ifndef _DTK_SUBR_H
#define _DTK_SUBR_H

#include "mstate.h"
#include "state.h"

typedef u64 (*dtk_subr_fn)(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5);

#define DTK_SUBR_ENTER(ms)                                                                         \
	struct dtk_mstate *ms = dtk_mstate_this();                                                 \
                                                                                                   \
	if (unlikely(ms->fault))                                                                   \
		return 0

/* dtk_subr_SDIV() and so on. */
#define X(name, id, sig) u64 dtk_subr_##name(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5);
DTRACE_SUBR_LIST(X)
#undef X

/**
 * dtk_subr_link - the function that a call shall go to
 * @subr: DTRACE_SUBR_x, known
 * @args: the call's arguments as far as they are constant
 * @known: bit n = args[n] is a constant
 *
 * Picks a narrower function where constant arguments allow it (a width of LOAD, a built-in variable, an
 * aggregation without a key). All of them have the subroutine's meaning.
 * Context: process. Return: the function.
 */
dtk_subr_fn dtk_subr_link(u32 subr, const u64 *args, u32 known, const struct dtk_request *req);

/* The pieces of dtk_subr_link() that live with their families. NULL = nothing better. */
dtk_subr_fn dtk_load_link(u64 width);
dtk_subr_fn dtk_builtin_link(u64 builtin);
dtk_subr_fn dtk_agg_link(u32 func, u64 shape);

#endif /* _DTK_SUBR_H */
