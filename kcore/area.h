/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that the kernel writes and a consumer maps, in one or two halves, and that can start small
 * and grow to its full size in place: pages stay where they are, only the kernel's view of them is
 * made anew. Clearing some MiB takes long enough to be felt at the start of a program, so buffers
 * begin with what they need at once.
 */
#ifndef _DTK_AREA_H
#define _DTK_AREA_H

#include "os.h"

struct page;

/**
 * struct dtk_area - pages of one buffer
 * @pages: all pages of all halves, in the order of the consumer's mapping; NULL = not there yet
 * @mem: the kernel's view: half h begins at mem + h * ready
 * @half_size: bytes of a half when complete
 * @ready: bytes of each half that are there
 * @pending: bytes that are reserved and not taken yet
 */
struct dtk_area {
	struct page **pages;
	u8 *mem;
	u64 half_size;
	u64 ready;
	u64 pending;
	u32 nr_halves;
	int node;
};

/**
 * dtk_area_init - make an area
 * @half_size: multiple of the page size, not 0
 * @first: bytes of each half that are needed at once
 *
 * Context: process, may sleep. Return: 0; -ENOMEM, also when the machine could not give all of it
 * later.
 */
int dtk_area_init(struct dtk_area *area, u64 half_size, u32 nr_halves, u64 first, int node);
void dtk_area_exit(struct dtk_area *area);

/**
 * dtk_area_grow - get the missing pages and a view of all of them
 * @is_over: asked from time to time: nobody will need the memory any more
 *
 * The area itself is unchanged: probe context goes on using the old view until dtk_area_install()
 * has been called where the writer cannot be. Context: process, may sleep. Return: the new view,
 * NULL = no memory, or complete already, or not needed.
 */
u8 *dtk_area_grow(struct dtk_area *area, bool (*is_over)(void *arg), void *arg);
/* Use the new view. Context: any. Return: the old one, for dtk_area_drop(). */
u8 *dtk_area_install(struct dtk_area *area, u8 *view);
/* Free an old view. Context: process; nobody uses it any more. */
void dtk_area_drop(u8 *view);

/* For the consumer's mapping: page n, which stays until dtk_area_exit(); NULL = none. Context: process. */
struct page *dtk_area_page(const struct dtk_area *area, u64 n);

static inline u8 *dtk_area_half(const struct dtk_area *area, u32 half)
{
	return area->mem + half * area->ready;
}

#endif /* _DTK_AREA_H */
