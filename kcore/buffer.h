/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Principal buffers: one per consumer and CPU, written in probe context by that CPU only.
 *
 * Policy switch: two halves, dtk_buffer_switch() swaps them. fill: the first half only, until full.
 * ring: the first half only, old records give way. No locks: the writer has interrupts off, the
 * switch runs on the writer's CPU in an IPI with the guard held.
 */
#ifndef _DTK_BUFFER_H
#define _DTK_BUFFER_H

#include "area.h"
#include "os.h"
#include <dtrace/uapi.h>

/**
 * struct dtk_buffer - one CPU's principal buffer
 * @base: the half being written
 * @head: next byte to write in it
 * @limit: records other than END's must end at or before this
 * @size: bytes of a half that are there
 * @tail: ring: the oldest record, valid when @is_wrapped
 * @seq: number of the next record, kept or not
 * @nr_records: in the half being written; ring: not counted
 * @end_head: where END's records begin in that half; ~0: END has not fired
 * @drops, @errors: since the last switch
 * @is_wrapped: ring: old records lie between @tail and the end
 * @is_full: fill: nothing is recorded any more
 * @is_woken: the wake-up for this half was sent
 * @half: which half is being written
 * @reserve: bytes kept for END
 * @area: both halves (switch) or one
 */
struct dtk_buffer {
	u8 *base;
	u64 head;
	u64 limit;
	u64 size;
	u64 seq;
	u64 nr_records;
	u64 end_head;
	u32 policy;
	u64 tail;
	u64 drops;
	u64 errors;
	bool is_wrapped;
	bool is_full;
	bool is_woken;		/* half-full wake-up sent for this half */
	u32 half;
	u64 reserve;
	struct dtk_area area;
};

/**
 * dtk_buffer_init - make a buffer
 * @size: bytes of a half, multiple of the page size; 0 = none, every record is dropped
 * @reserve: bytes kept for END's records
 * @first: policy switch: bytes of each half to begin with; the rest comes with dtk_buffer_grow()
 * Context: process, may sleep. Return: 0 or -ENOMEM.
 */
int dtk_buffer_init(struct dtk_buffer *buf, u32 policy, u64 size, u64 reserve, u64 first, int node);
void dtk_buffer_exit(struct dtk_buffer *buf);

/*
 * Use the complete memory that dtk_area_grow() made. Context: as dtk_buffer_switch(). Return: the old
 * view.
 */
u8 *dtk_buffer_extend(struct dtk_buffer *buf, u8 *view);

/**
 * dtk_buffer_reserve - room for one record
 * @size: with the header, multiple of 8
 * @is_end: a record of END: may use the room kept for it
 *
 * Context: probe context, or with the guard held, on the buffer's CPU.
 * Return: where to write (8-byte aligned), or NULL: full, counted in drops. The record is part of
 * the buffer at once: fill it before leaving probe context. A record made or refused takes a number
 * from buf->seq.
 */
void *dtk_buffer_reserve(struct dtk_buffer *buf, u64 size, bool is_end);

/* What is recorded from here on comes from END. Context: nobody writes (tracing was stopped, and waited for). */
void dtk_buffer_mark_end(struct dtk_buffer *buf);

/* Take the data: Context: the buffer's CPU, irqs off, guard held (or a CPU that is offline). */
void dtk_buffer_switch(struct dtk_buffer *buf, struct dtrace_switch *out);

/* Should the consumer wake up for this buffer? Context: any; a racy look. */
bool dtk_buffer_wants_reader(const struct dtk_buffer *buf);

#endif /* _DTK_BUFFER_H */
