// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work on many things, done by several CPUs at once. Entry point: dtrace_split(). Context: process, may sleep.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/sched.h>
#include <dtrace/patch.h>
#include "compat/workqueue.h"

#define MAX_HELPERS	8u

struct split;
struct helper {
	struct work_struct work;
	struct split *split;
};

struct split {
	void (*fn)(void *arg, u32 begin, u32 end);
	void *arg;
	u32 nr;
	u32 part;
	atomic_t next;
	struct helper helper[MAX_HELPERS];
};

static void take_parts(struct split *split)
{
	for (;;) {
		u32 at = atomic_add_return(split->part, &split->next) - split->part;

		if (at >= split->nr)
			return;
		split->fn(split->arg, at, min(at + split->part, split->nr));
		cond_resched();
	}
}

static void help(struct work_struct *work)
{
	take_parts(container_of(work, struct helper, work)->split);
}

void dtrace_split(u32 nr, u32 part, void (*fn)(void *arg, u32 begin, u32 end), void *arg)
{
	struct split split = { .fn = fn, .arg = arg, .nr = nr, .part = part };
	u32 nr_helpers = min3(nr / (2 * part), num_online_cpus() - 1, MAX_HELPERS), i;

	for (i = 0; i < nr_helpers; i++) {
		split.helper[i].split = &split;
		INIT_WORK_ONSTACK(&split.helper[i].work, help);
		queue_work(dtc_unbound_wq(), &split.helper[i].work);
	}
	take_parts(&split);
	/* Whoever has not come yet need not come. */
	for (i = 0; i < nr_helpers; i++) {
		cancel_work_sync(&split.helper[i].work);
		destroy_work_on_stack(&split.helper[i].work);
	}
}
EXPORT_SYMBOL_GPL(dtrace_split);
