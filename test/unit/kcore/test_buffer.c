// SPDX-License-Identifier: MIT
/*
 * Principal buffers: the three policies, room for END, what a switch hands out. A model that keeps all records
 * tells what must be there. Links the real kcore/buffer.c and mem.c.
 */
#include "buffer.h"
#include "core.h"
#include "shim/check.h"

struct dtk_core dtk_core = { .max_bytes = 1u << 30, .mem.max_bytes = 1u << 30 };

static u64 made;

static bool put(struct dtk_buffer *buf, u32 payload, bool is_end)
{
	u32 size = sizeof(struct dtrace_rec) + payload;
	struct dtrace_rec *rec = dtk_buffer_reserve(buf, size, is_end);
	u64 seq = buf->seq++;

	if (!rec)
		return false;
	memset(rec, 0x5a, size);
	rec->size = size;
	rec->epid = 1;
	rec->seq = seq;
	made++;
	return true;
}

/* Records in [from, to) of the half. Return: how many; *first and *last seq; ~0 = broken. */
static u64 walk(const u8 *half, u64 from, u64 to, u64 *expect)
{
	u64 nr = 0;

	while (from < to) {
		const struct dtrace_rec *rec = (const void *)(half + from);

		if (from + 4 > to || !rec->size)
			return nr;
		if (rec->size > to - from || rec->seq != *expect)
			return ~0ull;
		*expect = rec->seq + 1;
		from += rec->size;
		nr++;
	}
	return nr;
}

static void switching(void)
{
	struct dtrace_switch out = { 0 };
	struct dtk_buffer buf;
	u64 expect = 0, n = 0;

	CHECK_EQ(dtk_buffer_init(&buf, DTRACE_BUFPOLICY_SWITCH, 4096, 0, 65536, 0), 0, "switch: made");
	while (put(&buf, 8, false))
		n++;
	CHECK_EQ(n, 4096 / 40, "switch: a half takes what fits");
	put(&buf, 8, false);
	dtk_buffer_switch(&buf, &out);
	CHECK_EQ(out.used, n * 40, "switch: all of it is handed out");
	CHECK_EQ(out.drops, 2, "switch: two records were dropped and counted");
	CHECK_EQ(walk(buf.area.mem + out.offset, 0, out.used, &expect), n, "switch: records are in order");
	CHECK_EQ(out.nr_records, n, "switch: the dropped ones are not counted as there");
	CHECK(put(&buf, 8, false), "switch: the other half takes more");
	dtk_buffer_switch(&buf, &out);
	CHECK(out.offset == 4096 && out.used == 40 && !out.drops, "switch: the other half, drops anew");
	CHECK(out.nr_records == 1 && out.end_offset == 4096 + 40, "switch: one record, none of END");
	dtk_buffer_switch(&buf, &out);
	CHECK_EQ(out.used, 0, "switch: nothing new");
	CHECK(put(&buf, 4096 - 32, false), "switch: a record as large as the half fits");
	CHECK(!put(&buf, 4096, false), "switch: a larger one is dropped");
	CHECK(dtk_buffer_wants_reader(&buf), "switch: half full wants a reader");
	dtk_buffer_exit(&buf);
}

static void ending(void)
{
	struct dtrace_switch out = { 0 };
	struct dtk_buffer buf;

	dtk_buffer_init(&buf, DTRACE_BUFPOLICY_SWITCH, 4096, 0, 65536, 0);
	put(&buf, 8, false);
	put(&buf, 16, false);
	dtk_buffer_mark_end(&buf);
	put(&buf, 8, true);
	dtk_buffer_switch(&buf, &out);
	CHECK(out.used == 128 && out.nr_records == 3, "end: everything is handed out");
	CHECK_EQ(out.end_offset, out.offset + 88, "end: END's record comes after the others");
	dtk_buffer_switch(&buf, &out);
	CHECK(!out.used && !out.nr_records && out.end_offset == out.offset, "end: then nothing");
	dtk_buffer_exit(&buf);
}

static void filling(void)
{
	struct dtrace_switch out = { 0 };
	struct dtk_buffer buf;
	u64 n = 0;

	dtk_buffer_init(&buf, DTRACE_BUFPOLICY_FILL, 4096, 80, 65536, 0);
	CHECK_EQ(buf.area.half_size * buf.area.nr_halves, 4096, "fill: one half is enough");
	while (put(&buf, 8, false))
		n++;
	CHECK_EQ(n, (4096 - 80) / 40, "fill: END's room is kept");
	CHECK(dtk_buffer_wants_reader(&buf), "fill: full wants a reader");
	CHECK(!put(&buf, 0, false), "fill: a small record does not slip in later");
	CHECK(put(&buf, 8, true) && put(&buf, 8, true), "fill: END's records fit");
	dtk_buffer_switch(&buf, &out);
	CHECK(out.is_full && out.used == (n + 2) * 40 && out.offset == 0, "fill: everything is there");
	dtk_buffer_switch(&buf, &out);
	CHECK_EQ(out.used, (n + 2) * 40, "fill: and again");
	dtk_buffer_exit(&buf);
}

static u32 next_random(void)
{
	static u32 x = 12345;

	x = x * 1664525 + 1013904223;
	return x >> 8;
}

static void ring(u64 size)
{
	struct dtrace_switch out = { 0 };
	struct dtk_buffer buf;
	u32 i, broken = 0, lost = 0;

	made = 0;
	dtk_buffer_init(&buf, DTRACE_BUFPOLICY_RING, size, 0, 65536, 0);
	for (i = 0; i < 20000; i++) {
		u64 expect, old, fresh;

		put(&buf, next_random() % 60 * 8, false);
		dtk_buffer_switch(&buf, &out);
		/* The newest records must be there without a gap, old ones first. */
		expect = 0;
		if (out.is_wrapped)
			expect = ((const struct dtrace_rec *)(buf.area.mem + out.wrap_offset))->seq;
		else if (out.used)
			expect = ((const struct dtrace_rec *)buf.area.mem)->seq;
		old = out.is_wrapped ? walk(buf.area.mem, out.wrap_offset, size, &expect) : 0;
		fresh = walk(buf.area.mem, out.offset, out.offset + out.used, &expect);
		if (old == ~0ull || fresh == ~0ull || expect != made)
			broken++;
		if (made > 200 && (old + fresh) * 512 < size - 2 * 512)
			lost++;
	}
	CHECK_EQ(broken, 0, "ring of %llu: always a gapless run that ends with the newest", size);
	CHECK_EQ(lost, 0, "ring of %llu: always nearly full", size);
	CHECK_EQ(out.drops, 0, "ring of %llu: overwriting is no drop", size);
	CHECK(!dtk_buffer_reserve(&buf, size + 8, false), "ring: a record larger than the ring is dropped");
	dtk_buffer_switch(&buf, &out);
	CHECK_EQ(out.drops, 1, "ring: and counted");
	dtk_buffer_exit(&buf);
}

/* A half that begins with one page and grows while records are in both halves. */
static void growing(void)
{
	struct dtrace_switch out = { 0 }, again = { 0 };
	struct dtk_buffer buf;
	u64 expect = 0, small = 0, n = 0;
	u8 *view;

	dtk_buffer_init(&buf, DTRACE_BUFPOLICY_SWITCH, 32768, 0, 4096, 0);
	CHECK(buf.size == 4096 && dtk_area_page(&buf.area, 8) && !dtk_area_page(&buf.area, 1),
	      "grow: both halves begin with one page");
	while (put(&buf, 8, false))
		small++;
	dtk_buffer_switch(&buf, &out);
	CHECK_EQ(small, 102, "grow: a page takes what fits");
	put(&buf, 8, false);
	view = dtk_area_grow(&buf.area, NULL, NULL);
	CHECK(view && put(&buf, 8, false), "grow: records go on while memory comes");
	dtk_area_drop(dtk_buffer_extend(&buf, view));
	CHECK(buf.size == 32768 && !dtk_area_grow(&buf.area, NULL, NULL), "grow: complete, once");
	while (put(&buf, 8, false))
		n++;
	CHECK_EQ(n + 2, 32768 / 40, "grow: the half takes eight times as much");
	CHECK_EQ(walk(buf.area.mem, out.offset, out.offset + out.used, &expect), small,
		 "grow: what was handed out is still there");
	dtk_buffer_switch(&buf, &again);
	expect++;	/* the one that did not fit before */
	CHECK(again.offset == 32768, "grow: the second half is where it was announced");
	CHECK_EQ(walk(buf.area.mem, again.offset, again.offset + again.used, &expect), n + 2,
		 "grow: and has all records, those from before too");
	dtk_buffer_exit(&buf);
}

static void edges(void)
{
	struct dtk_buffer buf;

	CHECK_EQ(dtk_buffer_init(&buf, DTRACE_BUFPOLICY_SWITCH, 0, 0, 65536, 0), 0, "no buffer: fine");
	CHECK(!put(&buf, 8, false) && buf.drops == 1, "no buffer: records are dropped and counted");
	dtk_buffer_exit(&buf);
	shim.fail_at = 1;
	CHECK_EQ(dtk_buffer_init(&buf, DTRACE_BUFPOLICY_SWITCH, 4096, 0, 65536, 0), -ENOMEM,
		 "no memory: refused");
	dtk_buffer_exit(&buf);
	shim.mem_available = 1u << 20;
	CHECK_EQ(dtk_buffer_init(&buf, DTRACE_BUFPOLICY_SWITCH, 64u << 20, 0, 65536, 0), -ENOMEM,
		 "more than the machine has: refused");
}

/* What is promised counts although it is taken later, and is given back whole. */
static void promises(void)
{
	struct dtk_buffer small, large;
	u64 used = dtk_core.mem.used;

	shim.mem_available = 1u << 20;
	CHECK_EQ(dtk_buffer_init(&small, DTRACE_BUFPOLICY_SWITCH, 192u << 10, 0, 4096, 0), 0, "384 of 1,024 KiB");
	CHECK_EQ(dtk_core.mem.used - used, 384u << 10, "are promised");
	CHECK_EQ(dtk_core.mem.pending, 376u << 10, "but two pages");
	CHECK_EQ(dtk_buffer_init(&large, DTRACE_BUFPOLICY_SWITCH, 192u << 10, 0, 4096, 0), -ENOMEM,
		 "so there is not as much for somebody else");
	dtk_area_drop(dtk_buffer_extend(&small, dtk_area_grow(&small.area, NULL, NULL)));
	CHECK_EQ(dtk_core.mem.pending, 0, "taken: nothing is to come");
	dtk_buffer_exit(&small);
	CHECK_EQ(dtk_buffer_init(&small, DTRACE_BUFPOLICY_SWITCH, 192u << 10, 0, 4096, 0), 0, "again");
	shim.fail_at = 1;
	shim.fail_on = true;
	CHECK(!dtk_area_grow(&small.area, NULL, NULL), "what cannot be had");
	shim.fail_at = 0;
	shim.fail_on = false;
	CHECK_EQ(dtk_core.mem.pending, 0, "is not waited for");
	dtk_buffer_exit(&small);
	dtk_core.mem.max_bytes = 256u << 10;
	CHECK_EQ(dtk_buffer_init(&small, DTRACE_BUFPOLICY_SWITCH, 192u << 10, 0, 4096, 0), -ENOMEM,
		 "more than all consumers may have");
	dtk_core.mem.max_bytes = 1u << 30;
	CHECK_EQ(dtk_core.mem.used, used, "all was given back");
}

int main(void)
{
	switching();
	ending();
	filling();
	ring(4096);
	ring(16384);
	growing();
	edges();
	promises();
	CHECK_EQ(shim.nr_live, 0, "no memory is left behind");
	CHECK_EQ(shim.nr_warnings, 0, "no warnings");
	return check_result();
}
