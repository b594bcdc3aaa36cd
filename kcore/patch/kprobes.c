// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where kprobes are. The kernel answers for one address at a time; a batch asks a million times, mostly while there
 * is none, so their table is read once. Entry points: dtk_kprobes_*(). Context: any that may not be interrupted by the
 * end of a module; nothing sleeps.
 */
#include <linux/kprobes.h>
#include <linux/preempt.h>
#include <linux/rculist.h>
#include "ksym.h"
#include "site.h"

/* The kernel does not say how many buckets it has: kernel/kprobes.c has had 64 since 2.6.16. */
#define NR_BUCKETS	64u

void dtk_kprobes_read(struct dtrace_kprobes *list)
{
	const struct hlist_head *table = (const void *)dtk_ksym.kprobe_table;
	struct kprobe *kp;
	u32 i;

	list->nr = 0;
	list->is_complete = dtk_ksym_kprobe_table_size() == NR_BUCKETS * sizeof(*table);
	if (!list->is_complete)
		return;
	preempt_disable();
	for (i = 0; i < NR_BUCKETS && list->is_complete; i++) {
		hlist_for_each_entry_rcu(kp, &table[i], hlist, true) {
			/* Its text is gone, and others may have theirs there. */
			if (kprobe_gone(kp))
				continue;
			if (list->nr == ARRAY_SIZE(list->addr)) {
				list->is_complete = false;
				break;
			}
			list->addr[list->nr++] = (unsigned long)kp->addr;
		}
	}
	preempt_enable();
}

bool dtk_kprobes_meet(const struct dtrace_kprobes *list, unsigned long first, unsigned long last)
{
	bool found = false;
	struct kprobe *kp;
	u32 i;

	if (likely(list->is_complete)) {
		for (i = 0; i < list->nr; i++) {
			if (list->addr[i] >= first && list->addr[i] <= last)
				return true;
		}
		return false;
	}
	preempt_disable();
	for (; first <= last && !found; first++) {
		kp = dtk_k_get_kprobe((void *)first);
		found = kp && !kprobe_gone(kp);
	}
	preempt_enable();
	return found;
}
