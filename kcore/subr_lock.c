// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutines: who holds a lock - mutex_owned() and its family for struct mutex, rw_read_held() and its
 * family for rwlock_t and struct rw_semaphore. compat/lock.h knows how the kernel lays them out.
 */
#include "safemem.h"
#include "subr.h"

/* The task that holds a mutex, 0 = nobody; false after a fault. */
static bool read_owner(struct dtk_mstate *ms, u64 mutex, u64 *owner)
{
	u64 word;

	if (!dtk_safe_read(ms, &word, mutex + DTC_MUTEX_OWNER_OFFSET, sizeof(word)))
		return false;
	*owner = word & ~(u64)DTC_MUTEX_FLAGS;
	return true;
}
NOKPROBE_SYMBOL(read_owner);

u64 dtk_subr_MUTEX_OWNED(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 owner;

	return read_owner(ms, a1, &owner) && owner == (u64)(uintptr_t)current;
}
NOKPROBE_SYMBOL(dtk_subr_MUTEX_OWNED);

u64 dtk_subr_MUTEX_OWNER(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 owner;

	return read_owner(ms, a1, &owner) ? owner : 0;
}
NOKPROBE_SYMBOL(dtk_subr_MUTEX_OWNER);

/* Every struct mutex spins a little, then sleeps: adaptive. The address is looked at so that a wild one faults. */
u64 dtk_subr_MUTEX_TYPE_ADAPTIVE(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 owner;

	return read_owner(ms, a1, &owner);
}
NOKPROBE_SYMBOL(dtk_subr_MUTEX_TYPE_ADAPTIVE);

u64 dtk_subr_MUTEX_TYPE_SPIN(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 owner;

	read_owner(ms, a1, &owner);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_MUTEX_TYPE_SPIN);

u64 dtk_subr_RW_READ_HELD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u32 word;

	return dtk_safe_read(ms, &word, a1, sizeof(word)) && dtc_rw_has_readers(word);
}
NOKPROBE_SYMBOL(dtk_subr_RW_READ_HELD);

u64 dtk_subr_RW_WRITE_HELD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u32 word;

	return dtk_safe_read(ms, &word, a1, sizeof(word)) && dtc_rw_has_writer(word);
}
NOKPROBE_SYMBOL(dtk_subr_RW_WRITE_HELD);

u64 dtk_subr_RW_ISWRITER(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	return dtk_subr_RW_WRITE_HELD(a1, a2, a3, a4, a5);
}
NOKPROBE_SYMBOL(dtk_subr_RW_ISWRITER);
