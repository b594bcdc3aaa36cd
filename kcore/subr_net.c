// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutines: network addresses as text - inet_ntoa(), inet_ntoa6(), inet_ntop(), link_ntop().
 */
#include "safemem.h"
#include "subr.h"

#define FAMILY_INET		2
#define FAMILY_INET6		10
#define LINK_ETHER		1
#define LINK_INFINIBAND		32
#define ETHER_BYTES		6
#define INFINIBAND_BYTES	20

/* Long enough for every form. */
struct text {
	u8 buf[64];
	u32 len;
};

static void put(struct text *text, u8 c)
{
	text->buf[text->len++] = c;
}

static void put_dec(struct text *text, u8 value)
{
	if (value >= 100)
		put(text, '0' + value / 100);
	if (value >= 10)
		put(text, '0' + value / 10 % 10);
	put(text, '0' + value % 10);
}
NOKPROBE_SYMBOL(put_dec);

static void put_hex(struct text *text, u32 value, u32 min_digits)
{
	s32 shift;
	bool is_on = false;

	for (shift = 12; shift >= 0; shift -= 4) {
		u32 digit = value >> shift & 15;

		is_on |= digit || shift < 4 * min_digits;
		if (is_on)
			put(text, digit < 10 ? '0' + digit : 'a' + digit - 10);
	}
}
NOKPROBE_SYMBOL(put_hex);

static void put_ipv4(struct text *text, const u8 *addr)
{
	u32 i;

	for (i = 0; i < 4; i++) {
		if (i)
			put(text, '.');
		put_dec(text, addr[i]);
	}
}
NOKPROBE_SYMBOL(put_ipv4);

static u32 group(const u8 *addr, u32 i)
{
	return addr[2 * i] << 8 | addr[2 * i + 1];
}

/* Does an IPv4 address stand in the last four bytes: ::a.b.c.d (not :: or ::1) or ::ffff:a.b.c.d? */
static bool has_ipv4(const u8 *addr)
{
	u32 i;

	for (i = 0; i < 5; i++)
		if (group(addr, i))
			return false;
	return group(addr, 5) == 0xffff || (!group(addr, 5) && group(addr, 6));
}
NOKPROBE_SYMBOL(has_ipv4);

/* The longest run of two or more zero groups among the first nr, the first of equals. */
static void find_zeros(const u8 *addr, u32 nr, u32 *begin, u32 *end)
{
	u32 i, run = 0;

	*begin = nr;
	*end = nr;
	for (i = 0; i < nr; i++) {
		run = group(addr, i) ? 0 : run + 1;
		if (run >= 2 && run > *end - *begin) {
			*begin = i + 1 - run;
			*end = i + 1;
		}
	}
}
NOKPROBE_SYMBOL(find_zeros);

static void put_ipv6(struct text *text, const u8 *addr)
{
	u32 nr = has_ipv4(addr) ? 6 : 8;
	u32 begin, end, i;

	find_zeros(addr, nr, &begin, &end);
	for (i = 0; i < nr; i++) {
		if (i == begin && begin < end) {
			put(text, ':');
			put(text, ':');
			i = end - 1;
			continue;
		}
		if (i && i != end)
			put(text, ':');
		put_hex(text, group(addr, i), 1);
	}
	if (nr == 8)
		return;
	if (text->buf[text->len - 1] != ':')
		put(text, ':');
	put_ipv4(text, addr + 12);
}
NOKPROBE_SYMBOL(put_ipv6);

static u64 give(struct dtk_mstate *ms, u64 dst, u64 size, const struct text *text)
{
	u64 cap = size < ms->strsize ? size : ms->strsize;
	u8 *to = (u8 *)(uintptr_t)dst;
	u64 pos;

	for (pos = 0; pos < text->len && pos < cap - 1; pos++)
		to[pos] = text->buf[pos];
	do {
		to[pos++] = 0;
	} while (pos < cap && (pos & 7));
	return dst;
}
NOKPROBE_SYMBOL(give);

u64 dtk_subr_INET_NTOA(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct text text = { .len = 0 };
	u8 addr[4];

	if (!dtk_safe_read(ms, addr, a3, sizeof(addr)))
		return 0;
	put_ipv4(&text, addr);
	return give(ms, a1, a2, &text);
}
NOKPROBE_SYMBOL(dtk_subr_INET_NTOA);

/* An address that stands for an IPv4 one is shown as that; inet_ntop() keeps the prefix. */
u64 dtk_subr_INET_NTOA6(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct text text = { .len = 0 };
	u8 addr[16];

	if (!dtk_safe_read(ms, addr, a3, sizeof(addr)))
		return 0;
	if (has_ipv4(addr))
		put_ipv4(&text, addr + 12);
	else
		put_ipv6(&text, addr);
	return give(ms, a1, a2, &text);
}
NOKPROBE_SYMBOL(dtk_subr_INET_NTOA6);

u64 dtk_subr_INET_NTOP(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct text text = { .len = 0 };
	u8 addr[16];

	if (a3 != FAMILY_INET && a3 != FAMILY_INET6) {
		dtk_fault(ms, DTRACE_FLT_ILLOP, a3);
		return 0;
	}
	if (!dtk_safe_read(ms, addr, a4, a3 == FAMILY_INET ? 4 : 16))
		return 0;
	if (a3 == FAMILY_INET)
		put_ipv4(&text, addr);
	else
		put_ipv6(&text, addr);
	return give(ms, a1, a2, &text);
}
NOKPROBE_SYMBOL(dtk_subr_INET_NTOP);

u64 dtk_subr_LINK_NTOP(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct text text = { .len = 0 };
	u8 addr[INFINIBAND_BYTES];
	u32 nr = a3 == LINK_ETHER ? ETHER_BYTES : INFINIBAND_BYTES;
	u32 i;

	if (a3 != LINK_ETHER && a3 != LINK_INFINIBAND) {
		dtk_fault(ms, DTRACE_FLT_ILLOP, a3);
		return 0;
	}
	if (!dtk_safe_read(ms, addr, a4, nr))
		return 0;
	for (i = 0; i < nr; i++) {
		if (i)
			put(&text, ':');
		put_hex(&text, addr[i], 2);
	}
	return give(ms, a1, a2, &text);
}
NOKPROBE_SYMBOL(dtk_subr_LINK_NTOP);
