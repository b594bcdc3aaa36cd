// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time that probes took from threads: dtk_vtime_charge(), dtk_vtime_charged(). Probe context.
 *
 * The kernel's task structure has no room for it, so there is a table with one slot for a thread,
 * looked for in a few neighbouring places. Only the CPU that runs a thread touches its slot. A
 * thread that loses its slot to another one loses what was charged so far: its vtimestamp then
 * steps forward once by the time its probes took.
 */
#include "core.h"

#define NR_SLOTS	4096u
#define NR_TRIES	8u

/*
 * struct vtime_slot - one thread
 * @key: see thread_key(); 0 = free
 */
struct vtime_slot {
	u64 key;
	u64 ns;
};

static struct vtime_slot slots[NR_SLOTS];

/* Not 0, and not inherited by a later thread at the same address. */
static __always_inline u64 thread_key(void)
{
	return ((u64)(unsigned long)current ^ (current->start_time << 16)) | 1;
}

static __always_inline struct vtime_slot *slot_at(u64 key, u32 try)
{
	return &slots[((key * 0x9e3779b97f4a7c15ull >> 40) + try) % NR_SLOTS];
}

void dtk_vtime_use(int change)
{
	unsigned int cpu;

	lockdep_assert_held(&dtk_core.ops_lock);
	dtk_core.vtime_users += change;
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu(dtk_cpus, cpu).is_timed, !!dtk_core.vtime_users);
}

void dtk_vtime_charge(u64 ns)
{
	u64 key = thread_key();
	struct vtime_slot *slot;
	u32 i;

	for (i = 0; i < NR_TRIES; i++) {
		slot = slot_at(key, i);
		if (READ_ONCE(slot->key) == key) {
			slot->ns += ns;
			return;
		}
		if (!READ_ONCE(slot->key) && !cmpxchg(&slot->key, 0, key)) {
			slot->ns = ns;
			return;
		}
	}
	slot = slot_at(key, (u32)ns % NR_TRIES);
	WRITE_ONCE(slot->key, key);
	slot->ns = ns;
}
NOKPROBE_SYMBOL(dtk_vtime_charge);

u64 dtk_vtime_charged(void)
{
	u64 key = thread_key();
	u32 i;

	for (i = 0; i < NR_TRIES; i++) {
		struct vtime_slot *slot = slot_at(key, i);

		if (READ_ONCE(slot->key) == key)
			return slot->ns;
	}
	return 0;
}
NOKPROBE_SYMBOL(dtk_vtime_charged);
