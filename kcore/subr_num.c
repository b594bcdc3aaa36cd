// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutines: numbers to text and back - lltostr(), strtoll(), and rand().
 */
#include "safemem.h"
#include "subr.h"

/* Base 10 is signed; the others show the 64 bits, 8 and 16 with C's prefix. */
u64 dtk_subr_LLTOSTR(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 cap = a2 < ms->strsize ? a2 : ms->strsize;
	bool is_negative = a4 == 10 && (s64)a3 < 0;
	u64 value = is_negative ? 0 - a3 : a3;
	u8 *dst = (u8 *)(uintptr_t)a1;
	u8 text[72];
	u32 at = sizeof(text);
	u64 pos = 0;

	if (a4 < 2 || a4 > 36) {
		dtk_fault(ms, DTRACE_FLT_ILLOP, a4);
		return 0;
	}
	do {
		u32 digit = value % a4;

		text[--at] = digit < 10 ? '0' + digit : 'a' + digit - 10;
		value /= a4;
	} while (value);
	if (a4 == 16)
		text[--at] = 'x';
	if (a4 == 16 || (a4 == 8 && a3))
		text[--at] = '0';
	if (is_negative)
		text[--at] = '-';
	while (at < sizeof(text) && pos < cap - 1)
		dst[pos++] = text[at++];
	do {
		dst[pos++] = 0;
	} while (pos < cap && (pos & 7));
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_LLTOSTR);

static u32 digit_value(u8 c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return 99;
}

static bool has_hex_prefix(struct dtk_reader *rd, u64 pos)
{
	return dtk_reader_at(rd, pos) == '0' && (dtk_reader_at(rd, pos + 1) | 0x20) == 'x' &&
	       digit_value(dtk_reader_at(rd, pos + 2)) < 16;
}

/* As C's strtoll(), base 0 included; a value too large wraps. */
u64 dtk_subr_STRTOLL(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd;
	bool is_negative = false;
	u64 base = a2;
	u64 value = 0;
	u64 pos = 0;
	u32 digit;
	u8 c;

	if (base == 1 || base > 36) {
		dtk_fault(ms, DTRACE_FLT_ILLOP, base);
		return 0;
	}
	dtk_reader_init(&rd, ms, a1);
	while ((c = dtk_reader_at(&rd, pos)) == ' ' || (c >= '\t' && c <= '\r'))
		pos++;
	if (c == '-' || c == '+') {
		is_negative = c == '-';
		pos++;
	}
	if ((base == 0 || base == 16) && has_hex_prefix(&rd, pos)) {
		base = 16;
		pos += 2;
	} else if (base == 0) {
		base = dtk_reader_at(&rd, pos) == '0' ? 8 : 10;
	}
	while ((digit = digit_value(dtk_reader_at(&rd, pos))) < base) {
		value = value * base + digit;
		pos++;
	}
	if (ms->fault)
		return 0;
	return is_negative ? 0 - value : value;
}
NOKPROBE_SYMBOL(dtk_subr_STRTOLL);

/* One xorshift generator for each CPU, seeded by the clock: good enough for sampling, not for secrets. */
static DEFINE_PER_CPU(u64, rand_state);

u64 dtk_subr_RAND(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 *state = this_cpu_ptr(&rand_state);
	u64 x = *state;

	if (!x)
		x = ktime_get_mono_fast_ns() ^ (u64)(ms->cpu + 1) << 48;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545f4914f6cdd1dull;
}
NOKPROBE_SYMBOL(dtk_subr_RAND);
