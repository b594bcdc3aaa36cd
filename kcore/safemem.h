/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory access through D pointers. Reads go anywhere in ordinary kernel memory and fault on the rest; writes only
 * to what belongs to the consumer: its frame, its scratch area, its by-reference variables.
 */
#ifndef _DTK_SAFEMEM_H
#define _DTK_SAFEMEM_H

#include "mstate.h"
#include "state.h"

/*
 * All functions: probe context. Those that return bool return false after recording a fault in ms.
 */

/* How many bytes from addr on may be tried with dtc_load(); 0 = none, nothing recorded. */
static __always_inline u64 dtk_window(const struct dtk_mstate *ms, u64 addr)
{
	u64 base = (u64)(uintptr_t)ms->frame;
	u64 end = (u64)(uintptr_t)ms->scratch_end;

	/* Frame and scratch area are one block: the commonest D memory, and vmalloc'ed as a rule. */
	if (addr - base < end - base)
		return end - addr;
	return dtc_ram_window(addr);
}

/* May a program write [addr, addr + size)? Nothing recorded. */
bool dtk_is_writable(const struct dtk_mstate *ms, u64 addr, u64 size);

/* Like dtk_is_writable(), but records BADADDR. */
bool dtk_check_writable(struct dtk_mstate *ms, u64 addr, u64 size);

/* dst <- size bytes at addr. */
bool dtk_safe_read(struct dtk_mstate *ms, void *dst, u64 addr, u64 size);

/*
 * D string at addr -> dst: at most cap - 1 bytes and strsize - 1 bytes, NUL-terminated, zero up to the next
 * multiple of 8 within cap. Address 0 is "". dst is 8-byte aligned, cap > 0. *len is the length copied.
 */
bool dtk_safe_string(struct dtk_mstate *ms, u8 *dst, u64 cap, u64 addr, u64 *len);

/* User memory. dtk_user_string: *len without the NUL; cap counts it; a longer string is cut. */
bool dtk_user_read(struct dtk_mstate *ms, void *dst, u64 addr, u64 size);
bool dtk_user_string(struct dtk_mstate *ms, u8 *dst, u64 cap, u64 addr, u64 *len);
bool dtk_user_write(struct dtk_mstate *ms, u64 addr, const void *src, u64 size);

/* Take bytes from the scratch area, zeroed, 8-byte aligned; NULL after recording NOSCRATCH. */
void *dtk_scratch_alloc(struct dtk_mstate *ms, u64 size);

/*
 * struct dtk_reader - bytes of a D string, one at a time, in any order
 * @addr: of the string; 0 reads as ""
 * @max: offsets from here on read as NUL: D strings end at strsize - 1 at the latest
 * @word_addr, @word: the last aligned word that was loaded; @word_addr 1 = none
 * @window_end: addresses from the last look-up on up to here need no new one
 */
struct dtk_reader {
	struct dtk_mstate *ms;
	u64 addr;
	u64 max;
	u64 word_addr;
	u64 word;
	u64 window_begin;
	u64 window_end;
};

void dtk_reader_init(struct dtk_reader *rd, struct dtk_mstate *ms, u64 addr);
/* The slow part of dtk_reader_at(): load the word around an address. False after a fault. */
bool dtk_reader_load(struct dtk_reader *rd, u64 addr);
u64 dtk_reader_len(struct dtk_reader *rd);

/* Byte off of the string. After a fault: NUL, so that loops end. */
static __always_inline u8 dtk_reader_at(struct dtk_reader *rd, u64 off)
{
	u64 addr = rd->addr + off;

	if (off >= rd->max)
		return 0;
	if (rd->word_addr != (addr & ~7ull) && !dtk_reader_load(rd, addr))
		return 0;
	return rd->word >> (8 * (addr & 7));
}

/* Is one of the eight bytes zero? The lowest one that is has its top bit set in the result. */
static __always_inline u64 dtk_has_zero(u64 word)
{
	return (word - 0x0101010101010101ull) & ~word & 0x8080808080808080ull;
}

/* Bytes before the first zero byte, given a dtk_has_zero() result that is not 0. */
static __always_inline u32 dtk_zero_at(u64 zeros)
{
	return __builtin_ctzll(zeros) / 8;
}

#endif /* _DTK_SAFEMEM_H */
