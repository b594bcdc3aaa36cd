// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory access through D pointers: what may be read and written, and copies that survive bad addresses.
 *
 * Entry points: see safemem.h. Probe context only. Loads are made with dtc_load(), which the kernel's exception tables
 * cover; so the check before it only has to keep user space and device memory out. Words are read aligned or inside of
 * one window, so no load touches a page that the bytes asked for do not lie in.
 */
#include "safemem.h"

static u64 frame_begin(const struct dtk_mstate *ms)
{
	return (u64)(uintptr_t)ms->frame;
}

bool dtk_is_writable(const struct dtk_mstate *ms, u64 addr, u64 size)
{
	u64 frame = frame_begin(ms);
	u64 scratch = (u64)(uintptr_t)ms->scratch;
	u64 used = (u64)(uintptr_t)ms->scratch_next - scratch;
	u64 off = addr - frame;

	if (off >= DTRACE_FRAME_HDR && off < ms->frame_size)
		return size <= ms->frame_size - off;
	off = addr - scratch;
	if (off < used)
		return size <= used - off;
	return dtk_vars_is_storage(&ms->state->vars, addr, size);
}
NOKPROBE_SYMBOL(dtk_is_writable);

bool dtk_check_writable(struct dtk_mstate *ms, u64 addr, u64 size)
{
	if (likely(dtk_is_writable(ms, addr, size)))
		return true;
	dtk_fault(ms, DTRACE_FLT_BADADDR, addr);
	return false;
}
NOKPROBE_SYMBOL(dtk_check_writable);

bool dtk_safe_read(struct dtk_mstate *ms, void *dst, u64 addr, u64 size)
{
	u8 *to = dst;
	u64 window;
	u64 word;
	u8 byte;

	if (!dtk_charge(ms, DTK_COST_READ + DTK_COST_COPY(size)))
		return false;
	while (size) {
		window = dtk_window(ms, addr);
		if (!window)
			goto fault;
		if (window > size)
			window = size;
		size -= window;
		for (; window >= 8; window -= 8, addr += 8, to += 8) {
			dtc_load(&word, (void *)addr, u64, fault);
			__builtin_memcpy(to, &word, 8);
		}
		for (; window; window--, addr++, to++) {
			dtc_load(&byte, (void *)addr, u8, fault);
			*to = byte;
		}
	}
	return true;
fault:
	dtk_fault(ms, DTRACE_FLT_BADADDR, addr);
	return false;
}
NOKPROBE_SYMBOL(dtk_safe_read);

bool dtk_safe_string(struct dtk_mstate *ms, u8 *dst, u64 cap, u64 addr, u64 *len)
{
	u64 room = cap < ms->strsize ? cap - 1 : ms->strsize - 1;
	u64 pos = 0;
	u64 window, word, zeros;
	u8 byte;

	while (addr && pos < room) {
		window = dtk_window(ms, addr + pos);
		if (!window)
			goto fault;
		/* Whole words while the word lies in the window and its copy in dst. */
		for (; window >= 8 && pos + 8 <= room; window -= 8, pos += 8) {
			dtc_load(&word, (void *)(addr + pos), u64, fault);
			zeros = dtk_has_zero(word);
			if (zeros) {
				u32 n = dtk_zero_at(zeros);

				word &= (1ull << (8 * n)) - 1;
				__builtin_memcpy(dst + pos, &word, 8);
				*len = pos + n;
				return dtk_charge(ms, DTK_COST_COPY(pos));
			}
			__builtin_memcpy(dst + pos, &word, 8);
		}
		/* Bytes at the end of the window or of dst; a window of one page may be followed by another. */
		for (; window && pos < room; window--, pos++) {
			dtc_load(&byte, (void *)(addr + pos), u8, fault);
			if (!byte)
				goto out;
			dst[pos] = byte;
		}
	}
out:
	*len = pos;
	/* NUL, and zeros up to a whole word: copies are compared by words. */
	do {
		dst[pos++] = 0;
	} while (pos < cap && (pos & 7));
	return dtk_charge(ms, DTK_COST_COPY(pos));
fault:
	dtk_fault(ms, DTRACE_FLT_BADADDR, addr + pos);
	return false;
}
NOKPROBE_SYMBOL(dtk_safe_string);

bool dtk_user_read(struct dtk_mstate *ms, void *dst, u64 addr, u64 size)
{
	if (!dtk_charge(ms, DTK_COST_USER + DTK_COST_COPY(size)))
		return false;
	if (likely(dtc_has_user_memory()) && !dtc_copy_from_user(dst, addr, size))
		return true;
	dtk_fault(ms, DTRACE_FLT_BADADDR, addr);
	return false;
}
NOKPROBE_SYMBOL(dtk_user_read);

bool dtk_user_write(struct dtk_mstate *ms, u64 addr, const void *src, u64 size)
{
	if (!dtk_charge(ms, DTK_COST_USER + DTK_COST_COPY(size)))
		return false;
	if (likely(dtc_has_user_memory()) && !dtc_copy_to_user(addr, src, size))
		return true;
	dtk_fault(ms, DTRACE_FLT_BADADDR, addr);
	return false;
}
NOKPROBE_SYMBOL(dtk_user_write);

bool dtk_user_string(struct dtk_mstate *ms, u8 *dst, u64 cap, u64 addr, u64 *len)
{
	u64 pos = 0;
	u64 word, zeros, n, i;

	if (!dtc_has_user_memory())
		goto fault;
	/* Aligned words: none of them reaches into a page that the string may not reach. */
	while (pos < cap - 1) {
		u64 skip = (addr + pos) & 7;

		if (!dtk_charge(ms, DTK_COST_USER))
			return false;
		n = 8 - skip;
		if (dtc_copy_from_user(&word, (addr + pos) & ~7ull, 8))
			goto fault;
		word >>= 8 * skip;
		if (skip)
			word |= ~0ull << (64 - 8 * skip);
		zeros = dtk_has_zero(word);
		if (zeros && dtk_zero_at(zeros) < n)
			n = dtk_zero_at(zeros);
		else
			zeros = 0;
		if (n > cap - 1 - pos)
			n = cap - 1 - pos;
		for (i = 0; i < n; i++)
			dst[pos + i] = word >> (8 * i);
		pos += n;
		if (zeros)
			break;
	}
	*len = pos;
	do {
		dst[pos++] = 0;
	} while (pos < cap && (pos & 7));
	return true;
fault:
	dtk_fault(ms, DTRACE_FLT_BADADDR, addr + pos);
	return false;
}
NOKPROBE_SYMBOL(dtk_user_string);

void *dtk_scratch_alloc(struct dtk_mstate *ms, u64 size)
{
	u64 left = ms->scratch_end - ms->scratch_next;
	u8 *mem = ms->scratch_next;

	if (size > left || ((size + 7) & ~7ull) > left) {
		dtk_fault(ms, DTRACE_FLT_NOSCRATCH, size);
		return NULL;
	}
	if (!dtk_charge(ms, DTK_COST_CLEAR(size)))
		return NULL;
	size = (size + 7) & ~7ull;
	ms->scratch_next += size;
	memset(mem, 0, size);
	return mem;
}
NOKPROBE_SYMBOL(dtk_scratch_alloc);

void dtk_reader_init(struct dtk_reader *rd, struct dtk_mstate *ms, u64 addr)
{
	rd->ms = ms;
	rd->addr = addr;
	rd->max = addr ? ms->strsize - 1 : 0;
	rd->word_addr = 1;
	rd->word = 0;
	rd->window_begin = 0;
	rd->window_end = 0;
}
NOKPROBE_SYMBOL(dtk_reader_init);

bool dtk_reader_load(struct dtk_reader *rd, u64 addr)
{
	u64 word_addr = addr & ~7ull;

	if (rd->ms->fault || !dtk_charge(rd->ms, DTK_COST_WORD))
		return false;
	if (word_addr < rd->window_begin || word_addr >= rd->window_end) {
		u64 window = dtk_window(rd->ms, word_addr);

		if (!window)
			goto fault;
		rd->window_begin = word_addr;
		rd->window_end = word_addr + window;
	}
	dtc_load(&rd->word, (void *)word_addr, u64, fault);
	rd->word_addr = word_addr;
	return true;
fault:
	rd->word_addr = 1;
	dtk_fault(rd->ms, DTRACE_FLT_BADADDR, addr);
	return false;
}
NOKPROBE_SYMBOL(dtk_reader_load);

u64 dtk_reader_len(struct dtk_reader *rd)
{
	u64 len = 0;

	while (dtk_reader_at(rd, len)) {
		len++;
		/* Whole words where there are any. */
		while (!((rd->addr + len) & 7) && len + 8 <= rd->max && dtk_reader_load(rd, rd->addr + len) &&
		       !dtk_has_zero(rd->word))
			len += 8;
	}
	return len;
}
NOKPROBE_SYMBOL(dtk_reader_len);
