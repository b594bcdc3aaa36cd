/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: what the words of the kernel's locks mean. Included by os.h; the shim includes it too.
 */
#ifndef _DTK_COMPAT_LOCK_H
#define _DTK_COMPAT_LOCK_H

/* struct mutex begins with its owner: a task_struct address and three flag bits (kernel/locking/mutex.h). */
#define DTC_MUTEX_OWNER_OFFSET	0
#define DTC_MUTEX_FLAGS		7

/*
 * First word of rwlock_t and of struct rw_semaphore. rwlock_t: low byte 0xff = a writer has it, bit 8 = a writer
 * waits, readers from bit 9. rw_semaphore: bit 0 = a writer has it, bits 1 and 2 = somebody waits, readers from bit 8.
 * The one value that fits both, 0x100, is one reader of a rw_semaphore much more often than a writer that
 * waits for nobody.
 */
static inline bool dtc_rw_has_writer(u32 word)
{
	return word & 1;
}

static inline bool dtc_rw_has_readers(u32 word)
{
	return !(word & 1) && word >> 8;
}

#endif /* _DTK_COMPAT_LOCK_H */
