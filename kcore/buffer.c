// SPDX-License-Identifier: GPL-2.0-only
/*
 * Principal buffers. Entry points in buffer.h: reserve in probe context, switch on the buffer's CPU
 * with the guard held, init and exit in process context.
 */
#include "core.h"
#include "buffer.h"

/* A record size of 0 ends the data of a ring early; it needs this much room. */
#define END_MARK_BYTES	sizeof(u32)

static void set_size(struct dtk_buffer *buf)
{
	buf->size = buf->area.ready;
	buf->limit = buf->reserve < buf->size / 2 ? buf->size - buf->reserve : buf->size / 2;
	buf->base = dtk_area_half(&buf->area, buf->half);
}

int dtk_buffer_init(struct dtk_buffer *buf, u32 policy, u64 size, u64 reserve, u64 first, int node)
{
	bool is_switch = policy == DTRACE_BUFPOLICY_SWITCH;
	int err;

	memset(buf, 0, sizeof(*buf));
	buf->policy = policy;
	buf->reserve = reserve;
	buf->end_head = ~0ull;
	if (!size)
		return 0;
	err = dtk_area_init(&buf->area, size, is_switch ? 2 : 1, is_switch ? first : size, node);
	if (!err)
		set_size(buf);
	return err;
}

void dtk_buffer_exit(struct dtk_buffer *buf)
{
	dtk_area_exit(&buf->area);
	buf->base = NULL;
	buf->size = 0;
}

u8 *dtk_buffer_extend(struct dtk_buffer *buf, u8 *view)
{
	u8 *old = dtk_area_install(&buf->area, view);

	set_size(buf);
	return old;
}

static u32 record_size_at(const struct dtk_buffer *buf, u64 offset)
{
	if (offset + END_MARK_BYTES > buf->size)
		return 0;
	return *(const u32 *)(buf->base + offset);
}

/*
 * Ring: moves the tail forward until [head, end) holds no old record. When the tail runs off the
 * end, all old records are gone and the data is one piece from the start again.
 */
static void ring_make_room(struct dtk_buffer *buf, u64 end)
{
	while (buf->is_wrapped && buf->tail < end) {
		u32 size = record_size_at(buf, buf->tail);

		if (!size || buf->tail + size > buf->size) {
			buf->is_wrapped = false;
			buf->tail = 0;
			return;
		}
		buf->tail += size;
	}
	if (buf->is_wrapped && !record_size_at(buf, buf->tail)) {
		buf->is_wrapped = false;
		buf->tail = 0;
	}
}

static void *ring_reserve(struct dtk_buffer *buf, u64 size)
{
	void *room;

	if (size > buf->size)
		return NULL;
	if (buf->head + size > buf->size) {
		if (buf->head + END_MARK_BYTES <= buf->size)
			*(u32 *)(buf->base + buf->head) = 0;
		buf->head = 0;
		buf->tail = 0;
		buf->is_wrapped = true;
	}
	ring_make_room(buf, buf->head + size);
	room = buf->base + buf->head;
	buf->head += size;
	return room;
}

void *dtk_buffer_reserve(struct dtk_buffer *buf, u64 size, bool is_end)
{
	u64 limit = is_end ? buf->size : buf->limit;
	void *room;

	if (unlikely(buf->policy == DTRACE_BUFPOLICY_RING)) {
		room = ring_reserve(buf, size);
		if (!room)
			goto dropped;
		return room;
	}
	if (unlikely(buf->head + size > limit || (buf->is_full && !is_end)))
		goto dropped;
	room = buf->base + buf->head;
	buf->head += size;
	buf->nr_records++;
	return room;

dropped:
	if (buf->policy == DTRACE_BUFPOLICY_FILL)
		buf->is_full = true;
	buf->drops++;
	return NULL;
}
NOKPROBE_SYMBOL(dtk_buffer_reserve);

void dtk_buffer_mark_end(struct dtk_buffer *buf)
{
	buf->end_head = buf->head;
}

void dtk_buffer_switch(struct dtk_buffer *buf, struct dtrace_switch *out)
{
	out->offset = buf->half * buf->area.half_size;
	out->used = buf->head;
	out->wrap_offset = out->offset + buf->tail;
	out->end_offset = out->offset + min(buf->end_head, buf->head);
	out->nr_records = buf->nr_records;
	out->is_wrapped = buf->is_wrapped;
	out->is_full = buf->is_full;
	out->drops = buf->drops;
	out->errors = buf->errors;
	buf->drops = 0;
	buf->errors = 0;
	if (buf->policy != DTRACE_BUFPOLICY_SWITCH || !buf->head)
		return;
	buf->half = !buf->half;
	buf->base = dtk_area_half(&buf->area, buf->half);
	buf->head = 0;
	buf->nr_records = 0;
	if (buf->end_head != ~0ull)
		buf->end_head = 0;
	buf->is_woken = false;
}

bool dtk_buffer_wants_reader(const struct dtk_buffer *buf)
{
	switch (buf->policy) {
	case DTRACE_BUFPOLICY_SWITCH:
		return READ_ONCE(buf->head) > buf->size / 2;
	case DTRACE_BUFPOLICY_FILL:
		return READ_ONCE(buf->is_full);
	}
	return false;
}
