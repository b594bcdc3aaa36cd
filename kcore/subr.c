// SPDX-License-Identifier: GPL-2.0-only
/*
 * The subroutine table, and the choice of a function for a call.
 *
 * Entry point: dtk_subr_link(); process context. The functions are in the subr_*.c files, vars.c, dynvar.c, agg.c,
 * builtin.c, spec.c and stack.c.
 */
#include "subr.h"

static const dtk_subr_fn subr_table[DTRACE_SUBR_MAX] = {
#define X(name, id, sig) [id] = dtk_subr_##name,
	DTRACE_SUBR_LIST(X)
#undef X
};

dtk_subr_fn dtk_subr_link(u32 subr, const u64 *args, u32 known, const struct dtk_request *req)
{
	dtk_subr_fn fn = NULL;

	switch (subr) {
	case DTRACE_SUBR_LOAD:
		fn = dtk_load_link(args[1]);
		break;
	case DTRACE_SUBR_BUILTIN:
		fn = dtk_builtin_link(args[0]);
		break;
	case DTRACE_SUBR_AGG:
		fn = dtk_agg_link(req->aggs[args[0]].func, args[2]);
		break;
	default:
		break;
	}
	return fn ? fn : subr_table[subr];
}
