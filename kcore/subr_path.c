// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutines: path names as text - basename(), dirname(), cleanpath(). d_path() is in subr_dpath.c.
 */
#include "safemem.h"
#include "subr.h"

/* A result being written. */
struct path_out {
	u8 *dst;
	u64 cap;
	u64 pos;
};

static void out_init(struct path_out *out, const struct dtk_mstate *ms, u64 dst, u64 size)
{
	out->dst = (u8 *)(uintptr_t)dst;
	out->cap = size < ms->strsize ? size : ms->strsize;
	out->pos = 0;
}

static void put(struct path_out *out, u8 c)
{
	if (out->pos < out->cap - 1)
		out->dst[out->pos++] = c;
}

static void put_range(struct path_out *out, struct dtk_reader *rd, u64 begin, u64 end)
{
	for (; begin < end && !rd->ms->fault; begin++)
		put(out, dtk_reader_at(rd, begin));
}
NOKPROBE_SYMBOL(put_range);

static void out_finish(struct path_out *out)
{
	do {
		out->dst[out->pos++] = 0;
	} while (out->pos < out->cap && (out->pos & 7));
}
NOKPROBE_SYMBOL(out_finish);

/* The end of the path without trailing slashes; and the begin of the last component before an end. */
static u64 strip_slashes(struct dtk_reader *rd, u64 end)
{
	while (end && dtk_reader_at(rd, end - 1) == '/')
		end--;
	return end;
}
NOKPROBE_SYMBOL(strip_slashes);

static u64 component_begin(struct dtk_reader *rd, u64 end)
{
	while (end && !rd->ms->fault && dtk_reader_at(rd, end - 1) != '/')
		end--;
	return end;
}
NOKPROBE_SYMBOL(component_begin);

u64 dtk_subr_BASENAME(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd;
	struct path_out out;
	u64 len, end;

	out_init(&out, ms, a1, a2);
	dtk_reader_init(&rd, ms, a3);
	len = dtk_reader_len(&rd);
	end = strip_slashes(&rd, len);
	if (!end)
		put(&out, len ? '/' : '.');
	else
		put_range(&out, &rd, component_begin(&rd, end), end);
	out_finish(&out);
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_BASENAME);

u64 dtk_subr_DIRNAME(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd;
	struct path_out out;
	u64 len, begin, end;

	out_init(&out, ms, a1, a2);
	dtk_reader_init(&rd, ms, a3);
	len = dtk_reader_len(&rd);
	begin = component_begin(&rd, strip_slashes(&rd, len));
	end = strip_slashes(&rd, begin);
	if (end)
		put_range(&out, &rd, 0, end);
	else
		put(&out, begin || dtk_reader_at(&rd, 0) == '/' ? '/' : '.');
	out_finish(&out);
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_DIRNAME);

/* Drop the last component of what was written, with the slash before it; root is where an absolute path begins. */
static void drop_component(struct path_out *out, u64 root)
{
	while (out->pos > root && out->dst[out->pos - 1] != '/')
		out->pos--;
	if (out->pos > root)
		out->pos--;
}
NOKPROBE_SYMBOL(drop_component);

/* Is the last component written ".."? */
static bool ends_in_dotdot(const struct path_out *out)
{
	const u8 *dst = out->dst;
	u64 pos = out->pos;

	return pos >= 2 && dst[pos - 1] == '.' && dst[pos - 2] == '.' && (pos == 2 || dst[pos - 3] == '/');
}
NOKPROBE_SYMBOL(ends_in_dotdot);

/*
 * cleanpath(): no empty components, no ".", and ".." eats the component before it. An absolute path cannot climb
 * above its root; a relative one keeps leading "..". Nothing left is "." or "/"; "" stays "". The area is where
 * components are put and dropped again, so it should have strsize bytes.
 */
u64 dtk_subr_CLEANPATH(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_reader rd;
	struct path_out out;
	bool is_absolute;
	u64 root = 0;
	u64 pos = 0;
	u64 begin, len;
	u8 c;

	out_init(&out, ms, a1, a2);
	dtk_reader_init(&rd, ms, a3);
	is_absolute = dtk_reader_at(&rd, 0) == '/';
	if (is_absolute) {
		put(&out, '/');
		root = out.pos;
	}
	for (;;) {
		while (dtk_reader_at(&rd, pos) == '/')
			pos++;
		begin = pos;
		while ((c = dtk_reader_at(&rd, pos)) && c != '/')
			pos++;
		len = pos - begin;
		if (!len)
			break;
		if (len == 1 && dtk_reader_at(&rd, begin) == '.')
			continue;
		if (len == 2 && dtk_reader_at(&rd, begin) == '.' && dtk_reader_at(&rd, begin + 1) == '.') {
			if (out.pos > root && !ends_in_dotdot(&out)) {
				drop_component(&out, root);
				continue;
			}
			if (is_absolute)
				continue;
		}
		if (out.pos > root)
			put(&out, '/');
		put_range(&out, &rd, begin, pos);
	}
	if (!out.pos && pos)
		put(&out, '.');
	out_finish(&out);
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_CLEANPATH);
