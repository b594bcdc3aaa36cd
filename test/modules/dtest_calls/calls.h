/* SPDX-License-Identifier: MIT */
/*
 * Functions to be traced, of known shapes, each with a count of its executions that nobody else keeps.
 */
#ifndef _DTEST_CALLS_H
#define _DTEST_CALLS_H

#include <linux/percpu.h>
#include <linux/types.h>

enum dtest_count {
	DTEST_LEAF,	/* calls of dtest_leaf() */
	DTEST_TAIL,	/* calls of dtest_tail(), which ends in a jump to dtest_tail_target() */
	DTEST_HOP,	/* calls of dtest_hop(), which ends in a jump too, to a place near by */
	DTEST_ODD,	/* calls of dtest_branch() with an odd number: the jump is not taken */
	DTEST_EVEN,	/* ... with an even number */
	DTEST_TEN,	/* calls of dtest_ten() */
	DTEST_TWINS,	/* calls of either dtest_twin() */
	DTEST_MIX,	/* calls of dtest_mix() */
	DTEST_NMI,	/* calls of dtest_nmi(), in NMI context */
	DTEST_TIMER,	/* calls of dtest_timer(), in interrupt context */
	DTEST_NR
};
DECLARE_PER_CPU(u64[DTEST_NR], dtest_counts);

/* Also counts right if an interrupt comes in between. */
#define dtest_count(what) this_cpu_inc(dtest_counts[what])

u64 dtest_leaf(u64 n);
u64 dtest_tail(u64 n);
u64 dtest_tail_target(u64 n);
u64 dtest_hop(u64 n);
u64 dtest_hop_target(u64 n);
u64 dtest_branch(u64 n);
s64 dtest_ten(signed char a, short b, int c, long d, unsigned char e, bool f, int g, long h, u8 i, s16 j);
u64 dtest_mix(u64 n);
u64 dtest_call_twin_one(u64 n);
u64 dtest_call_twin_two(u64 n);
u64 dtest_call_clone(u64 n);

#endif /* _DTEST_CALLS_H */
