// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core's own log: a ring of the last events, shown by /proc/dtrace/trace. Probe context cannot
 * print, so it leaves three numbers here. Entry points: dtk_trace() in any context,
 * dtk_trace_read() in process context.
 */
#include "core.h"
#include "trace.h"

#define NR_ENTRIES 1024u

/*
 * struct trace_slot - one event
 * @stamp: number of the event plus 1, written last; 0 while it is being written
 */
struct trace_slot {
	u64 stamp;
	u64 time;
	u64 a;
	u64 b;
	u32 event;
	u32 cpu;
};

static struct trace_slot slots[NR_ENTRIES];
static atomic64_t next_slot;

void dtk_trace(enum dtk_trace_event event, u64 a, u64 b)
{
	u64 number = atomic64_inc_return(&next_slot);
	struct trace_slot *slot = &slots[number % NR_ENTRIES];

	/* Pairs with dtk_trace_read(): who sees the same stamp before and after has it whole. */
	WRITE_ONCE(slot->stamp, 0);
	smp_wmb();
	slot->time = ktime_get_mono_fast_ns();
	slot->event = event;
	slot->a = a;
	slot->b = b;
	slot->cpu = raw_smp_processor_id();
	smp_store_release(&slot->stamp, number);
}
NOKPROBE_SYMBOL(dtk_trace);

u64 dtk_trace_newest(void)
{
	return atomic64_read(&next_slot);
}

u64 dtk_trace_oldest(void)
{
	u64 newest = dtk_trace_newest();

	return newest > NR_ENTRIES ? newest - NR_ENTRIES + 1 : 1;
}

bool dtk_trace_read(u64 number, struct dtk_trace_entry *entry)
{
	struct trace_slot *slot = &slots[number % NR_ENTRIES];

	if (smp_load_acquire(&slot->stamp) != number)
		return false;
	entry->number = number;
	entry->time = slot->time;
	entry->event = slot->event;
	entry->cpu = slot->cpu;
	entry->a = slot->a;
	entry->b = slot->b;
	/* Pairs with the smp_wmb() in dtk_trace(). */
	smp_rmb();
	return READ_ONCE(slot->stamp) == number;
}
