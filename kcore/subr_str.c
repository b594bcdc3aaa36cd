// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutines: strings. Results are written to an area of the frame, cut to what fits. Arguments may lie anywhere
 * in kernel memory; they are read byte by byte through a struct dtk_reader unless a subroutine is worth words.
 */
#include "safemem.h"
#include "subr.h"

/* End a result at pos, with zeros up to a whole word. */
static void finish(u8 *dst, u64 cap, u64 pos)
{
	do {
		dst[pos++] = 0;
	} while (pos < cap && (pos & 7));
}

static u8 *area(u64 addr)
{
	return (u8 *)(uintptr_t)addr;
}

/* The word up to its first zero byte; zeros: what dtk_has_zero() says of it. */
static __always_inline void put_last_word(u8 *dst, u64 word, u64 zeros)
{
	/* Keep what is below the lowest marked byte. */
	word &= (zeros & (0 - zeros)) - 1;
	__builtin_memcpy(dst, &word, 8);
}

/* Copy a string of less than 16 bytes, of which 16 may be read. False: it is longer, or not there. */
static __always_inline bool copy_two_words(u8 *dst, u64 addr)
{
	u64 word, zeros;

	dtc_load(&word, (void *)addr, u64, fault);
	zeros = dtk_has_zero(word);
	if (!zeros) {
		__builtin_memcpy(dst, &word, 8);
		dtc_load(&word, (void *)(addr + 8), u64, fault);
		zeros = dtk_has_zero(word);
		if (unlikely(!zeros))
			return false;
		dst += 8;
	}
	put_last_word(dst, word, zeros);
	return true;
fault:
	return false;
}

/* Most names of probes, and constants. False: too long, or where more has to be looked at; nothing is recorded. */
static __always_inline bool copy_short(struct dtk_mstate *ms, u8 *dst, u64 cap, u64 addr)
{
	return cap >= 16 && ms->strsize >= 17 && dtk_window(ms, addr) >= 16 && copy_two_words(dst, addr);
}

static noinline u64 copy_any(struct dtk_mstate *ms, u64 to, u64 cap, u64 addr)
{
	u64 len;

	if (!copy_short(ms, area(to), cap, addr))
		dtk_safe_string(ms, area(to), cap, addr, &len);
	return to;
}
NOKPROBE_SYMBOL(copy_any);

/* The name of the running thread, the commonest string by far, lies in 16 bytes that end with a NUL. */
u64 dtk_subr_STRCPY(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (likely(a3 == (u64)(uintptr_t)dtc_task_comm(current) && a2 >= 16 && ms->strsize >= 17) &&
	    likely(copy_two_words(area(a1), a3)))
		return a1;
	return copy_any(ms, a1, a2, a3);
}
NOKPROBE_SYMBOL(dtk_subr_STRCPY);

u64 dtk_subr_STRPUT(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 len;

	if (a1 && a3 && dtk_check_writable(ms, a1, a3))
		dtk_safe_string(ms, area(a1), a3, a2, &len);
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_STRPUT);

u64 dtk_subr_STRLEN(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd;

	dtk_reader_init(&rd, ms, a1);
	return dtk_reader_len(&rd);
}
NOKPROBE_SYMBOL(dtk_subr_STRLEN);

/* How many bytes two strings have in common as far as whole words show it. */
static u64 common_words(struct dtk_mstate *ms, u64 a, u64 b)
{
	u64 window = min(dtk_window(ms, a), dtk_window(ms, b));
	u64 max = ms->strsize - 1;
	u64 pos, x, y;

	if (max > window)
		max = window;
	for (pos = 0; pos + 8 <= max; pos += 8) {
		dtc_load(&x, (void *)(a + pos), u64, fault);
		dtc_load(&y, (void *)(b + pos), u64, fault);
		if (x != y || dtk_has_zero(x))
			break;
	}
	return pos;
fault:
	return 0; /* found again, and recorded, byte by byte */
}
NOKPROBE_SYMBOL(common_words);

u64 dtk_subr_STRCMP(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader x, y;
	u64 pos = a1 && a2 ? common_words(ms, a1, a2) : 0;
	u8 cx, cy;

	if (!dtk_charge(ms, DTK_COST_COPY(pos)))
		return 0;
	dtk_reader_init(&x, ms, a1);
	dtk_reader_init(&y, ms, a2);
	do {
		cx = dtk_reader_at(&x, pos);
		cy = dtk_reader_at(&y, pos);
		pos++;
	} while (cx && cx == cy);
	return ms->fault ? 0 : (u64)((s64)cx - (s64)cy);
}
NOKPROBE_SYMBOL(dtk_subr_STRCMP);

u64 dtk_subr_STRCHR(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd;
	u64 pos = 0;
	u8 c;

	if (!a1)
		return 0;
	dtk_reader_init(&rd, ms, a1);
	do {
		c = dtk_reader_at(&rd, pos);
		if (c == (u8)a2)
			return ms->fault ? 0 : a1 + pos;
		pos++;
	} while (c);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_STRCHR);

u64 dtk_subr_STRRCHR(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd;
	u64 found = 0;
	u64 pos = 0;
	u8 c;

	if (!a1)
		return 0;
	dtk_reader_init(&rd, ms, a1);
	do {
		c = dtk_reader_at(&rd, pos);
		if (c == (u8)a2)
			found = a1 + pos;
		pos++;
	} while (c);
	return ms->fault ? 0 : found;
}
NOKPROBE_SYMBOL(dtk_subr_STRRCHR);

/* Does what stand at pos of rd? */
static bool is_at(struct dtk_reader *rd, u64 pos, struct dtk_reader *what)
{
	u64 i;
	u8 c;

	for (i = 0;; i++) {
		c = dtk_reader_at(what, i);
		if (!c)
			return true;
		if (dtk_reader_at(rd, pos + i) != c)
			return false;
	}
}
NOKPROBE_SYMBOL(is_at);

u64 dtk_subr_STRSTR(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd, what;
	u64 pos = 0;

	if (!a1)
		return 0;
	dtk_reader_init(&rd, ms, a1);
	dtk_reader_init(&what, ms, a2);
	dtk_reader_at(&rd, 0);	/* a bad address faults even if "" is looked for */
	do {
		if (is_at(&rd, pos, &what))
			return ms->fault ? 0 : a1 + pos;
	} while (dtk_reader_at(&rd, pos++));
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_STRSTR);

/* index() and rindex() follow Perl: the start is moved into the string, and "" is found anywhere. */
u64 dtk_subr_INDEX(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd, what;
	s64 start = a3;
	s64 len, pos;

	dtk_reader_init(&rd, ms, a1);
	dtk_reader_init(&what, ms, a2);
	len = dtk_reader_len(&rd);
	pos = start < 0 ? 0 : start > len ? len : start;
	for (; pos <= len && !ms->fault; pos++)
		if (is_at(&rd, pos, &what))
			return ms->fault ? 0 : (u64)pos;
	return ms->fault ? 0 : (u64)-1;
}
NOKPROBE_SYMBOL(dtk_subr_INDEX);

u64 dtk_subr_RINDEX(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd, what;
	s64 start = a3;
	s64 len, pos;

	dtk_reader_init(&rd, ms, a1);
	dtk_reader_init(&what, ms, a2);
	len = dtk_reader_len(&rd);
	pos = start;
	if (start == S32_MIN || start > len)
		pos = len;
	if (pos < 0)
		return dtk_reader_at(&what, 0) ? (u64)-1 : 0;
	for (; pos >= 0 && !ms->fault; pos--)
		if (is_at(&rd, pos, &what))
			return ms->fault ? 0 : (u64)pos;
	return ms->fault ? 0 : (u64)-1;
}
NOKPROBE_SYMBOL(dtk_subr_RINDEX);

/* Append bytes [from, from + max) of a string to a result; returns the new end. */
static u64 append(u8 *dst, u64 cap, u64 pos, struct dtk_reader *rd, u64 from, u64 max)
{
	u8 c;

	for (; max && pos < cap - 1; max--) {
		c = dtk_reader_at(rd, from++);
		if (!c)
			break;
		dst[pos++] = c;
	}
	return pos;
}
NOKPROBE_SYMBOL(append);

/* Results have strsize bytes at most, however large the area is. */
static u64 result_cap(const struct dtk_mstate *ms, u64 size)
{
	return size < ms->strsize ? size : ms->strsize;
}

u64 dtk_subr_STRJOIN(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 cap = result_cap(ms, a2);
	struct dtk_reader rd;
	u64 pos;

	if (!dtk_safe_string(ms, area(a1), cap, a3, &pos))
		return 0;
	dtk_reader_init(&rd, ms, a4);
	pos = append(area(a1), cap, pos, &rd, 0, U64_MAX);
	finish(area(a1), cap, pos);
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_STRJOIN);

/*
 * substr(s, start, length): a negative start counts from the end; what lies before the string is cut off. A negative
 * length leaves that many bytes away at the end.
 */
u64 dtk_subr_SUBSTR(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 cap = result_cap(ms, a2);
	struct dtk_reader rd;
	s64 start = a4;
	s64 want = a5;
	s64 len, end;
	u64 pos = 0;

	dtk_reader_init(&rd, ms, a3);
	len = dtk_reader_len(&rd);
	if (start < -(s64)U32_MAX)
		start = -(s64)U32_MAX;
	if (want > U32_MAX)
		want = (s64)U32_MAX * 2;
	if (start < 0)
		start += len;
	/* Where the result ends, counted from the string's begin. */
	end = want >= 0 ? start + want : len + (want < -len ? -len : want);
	if (end > len)
		end = len;
	if (start < 0 && want < 0)
		end = 0;
	if (start < 0)
		start = 0;
	if (start < end)
		pos = append(area(a1), cap, 0, &rd, start, end - start);
	finish(area(a1), cap, pos);
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_SUBSTR);

static bool is_delimiter(struct dtk_reader *delims, u8 c)
{
	u64 i;
	u8 d;

	for (i = 0; (d = dtk_reader_at(delims, i)); i++)
		if (d == c)
			break;
	/* Short ones lie in one word, which is charged once only. */
	dtk_charge(delims->ms, i);
	return d;
}
NOKPROBE_SYMBOL(is_delimiter);

/*
 * strtok() works on a copy of its string, made in the scratch area once per firing: the string may be a temporary
 * that later calls overwrite. The state lasts for all clauses of the firing.
 */
static bool strtok_start(struct dtk_mstate *ms, u64 addr)
{
	u8 *copy = (u8 *)ms->strtok_str;
	u64 len;

	if (!copy)
		copy = dtk_scratch_alloc(ms, ms->strsize);
	if (!copy)
		return false;
	ms->strtok_str = (const char *)copy;
	ms->strtok_off = 0;
	if (dtk_safe_string(ms, copy, ms->strsize, addr, &len))
		return true;
	copy[0] = 0;	/* a later clause finds no more tokens */
	return false;
}
NOKPROBE_SYMBOL(strtok_start);

u64 dtk_subr_STRTOK(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 cap = result_cap(ms, a2);
	struct dtk_reader rd, delims;
	u64 pos, begin;
	u8 c;

	if (a3 && !strtok_start(ms, a3))
		return 0;
	if (!ms->strtok_str)
		return 0;
	dtk_reader_init(&rd, ms, (u64)(uintptr_t)ms->strtok_str);
	dtk_reader_init(&delims, ms, a4);
	pos = ms->strtok_off;
	while ((c = dtk_reader_at(&rd, pos)) && is_delimiter(&delims, c))
		pos++;
	begin = pos;
	while ((c = dtk_reader_at(&rd, pos)) && !is_delimiter(&delims, c))
		pos++;
	if (ms->fault)
		return 0;
	ms->strtok_off = c ? pos + 1 : pos;
	if (pos == begin)
		return 0;
	finish(area(a1), cap, append(area(a1), cap, 0, &rd, begin, pos - begin));
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_STRTOK);

static u64 map_case(struct dtk_mstate *ms, u64 dst, u64 size, u64 addr, u8 first, u8 last)
{
	u64 cap = result_cap(ms, size);
	u8 *to = area(dst);
	u64 len, i;

	if (!dtk_safe_string(ms, to, cap, addr, &len) || !dtk_charge(ms, len))
		return 0;
	for (i = 0; i < len; i++)
		if (to[i] >= first && to[i] <= last)
			to[i] ^= 'a' ^ 'A';
	return dst;
}
NOKPROBE_SYMBOL(map_case);

u64 dtk_subr_TOLOWER(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	return map_case(ms, a1, a2, a3, 'A', 'Z');
}
NOKPROBE_SYMBOL(dtk_subr_TOLOWER);

u64 dtk_subr_TOUPPER(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	return map_case(ms, a1, a2, a3, 'a', 'z');
}
NOKPROBE_SYMBOL(dtk_subr_TOUPPER);
