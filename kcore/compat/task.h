/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: what runs now - the context, and an identity of the thread that nobody inherits.
 *
 * Included by os.h; the shim has its own versions. Context of everything here: any, interrupts off.
 */
#ifndef _DTK_COMPAT_TASK_H
#define _DTK_COMPAT_TASK_H

#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>

/* DTRACE_IPL_x of dif.h. Softirqs that are merely disabled do not count. */
static __always_inline unsigned int dtc_context(void)
{
	unsigned int count = preempt_count();

	if (likely(!(count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))))
		return 0;
	if (count & NMI_MASK)
		return 3;
	return count & HARDIRQ_MASK ? 2 : 1;
}

/*
 * Two words that stand for the running thread: its task_struct, whose address may be used again, and when it started.
 * In interrupt context they stand for the CPU and the kind of interrupt, not for whoever was interrupted.
 */
static __always_inline void dtc_thread_key(u64 key[2])
{
	unsigned int context = dtc_context();

	if (likely(!context)) {
		key[0] = (u64)(uintptr_t)current;
		key[1] = current->start_time;
	} else {
		key[0] = (u64)smp_processor_id() << 8 | context;
		key[1] = ~0ull;
	}
}

#endif /* _DTK_COMPAT_TASK_H */
