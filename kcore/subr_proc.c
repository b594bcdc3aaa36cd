// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutines: the process tree - progenyof().
 */
#include "subr.h"

/* A chain of parents longer than this is no chain: pids have 22 bits, and nobody nests that deep. */
#define MAX_PARENTS 65536

u64 dtk_subr_PROGENYOF(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct task_struct *task = current;
	unsigned int i;

	/* Interrupts are off: that is an RCU read-side section, and the parents cannot be freed. */
	for (i = 0; i < MAX_PARENTS; i++) {
		if (!dtk_charge(ms, DTK_COST_LINK))
			return 0;
		if (dtc_task_tgid(task) == (s64)a1)
			return 1;
		if (dtc_task_tgid(task) <= 1)
			break;
		task = dtc_task_parent(task);
	}
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_PROGENYOF);
