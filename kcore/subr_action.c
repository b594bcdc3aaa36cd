// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutines: actions with an effect in the kernel - exit(), and the destructive ones: stop(), raise(), chill(),
 * panic(), breakpoint(). copyout() is in subr_mem.c.
 */
#include "subr.h"

#define CHILL_INTERVAL_NS	1000000000ull
#define CHILL_MAX_NS		500000000ull	/* in each interval and on each CPU */

u64 dtk_subr_EXIT(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	dtk_state_exit(ms->state, (s32)a1);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_EXIT);

u64 dtk_subr_STOP(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (dtc_context() == DTRACE_IPL_TASK)
		dtc_signal_current(DTC_SIGSTOP);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_STOP);

u64 dtk_subr_RAISE(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (!a1 || a1 > DTC_NSIG) {
		dtk_fault(ms, DTRACE_FLT_ILLOP, a1);
		return 0;
	}
	if (dtc_context() == DTRACE_IPL_TASK)
		dtc_signal_current(a1);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_RAISE);

/* What this CPU has spent in chill() since when. */
struct chill {
	u64 since_ns;
	u64 spent_ns;
};
static DEFINE_PER_CPU(struct chill, chills);

u64 dtk_subr_CHILL(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct chill *chill = this_cpu_ptr(&chills);
	u64 begin = ktime_get_mono_fast_ns();

	if (begin - chill->since_ns > CHILL_INTERVAL_NS) {
		chill->since_ns = begin;
		chill->spent_ns = 0;
	}
	if (a1 > CHILL_MAX_NS || chill->spent_ns + a1 > CHILL_MAX_NS) {
		dtk_fault(ms, DTRACE_FLT_ILLOP, a1);
		return 0;
	}
	while (ktime_get_mono_fast_ns() - begin < a1)
		cpu_relax();
	chill->spent_ns += a1;
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_CHILL);

u64 dtk_subr_PANIC(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	dtc_panic(ms->ecb->epid);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_PANIC);

u64 dtk_subr_BREAKPOINT(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	dtc_breakpoint();
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_BREAKPOINT);
