// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buffers' memory that grows in place. Entry points in area.h. Context: process, but for
 * dtk_area_install().
 */
#include "area.h"
#include "core.h"

/* Pages one behind the other are mapped in one go: 256 KiB. */
#define RUN_ORDER	6u

static u32 nr_pages(const struct dtk_area *area)
{
	return area->nr_halves * (area->half_size >> PAGE_SHIFT);
}

/*
 * Gets up to @max pages that lie one behind the other, fewer if memory is in pieces. Return: how
 * many, 0 = none.
 */
static u64 get_run(struct dtk_area *area, struct page **pages, u64 max, gfp_t gfp)
{
	unsigned int order = min_t(unsigned int, ilog2(max), RUN_ORDER);
	struct page *first = NULL;
	u64 i;

	if (order)
		first = alloc_pages_node(area->node, gfp, order);
	if (first) {
		/* They are freed one by one. */
		split_page(first, order);
	} else {
		order = 0;
		first = alloc_pages_node(area->node, gfp, 0);
		if (!first)
			return 0;
	}
	for (i = 0; i < 1ull << order; i++)
		pages[i] = first + i;
	return 1ull << order;
}

/* Gets pages [from, to) of every half. Those that are there already stay. */
static int get_pages(struct dtk_area *area, u64 from, u64 to, gfp_t gfp, bool (*is_over)(void *),
		     void *arg)
{
	u64 per_half = area->half_size >> PAGE_SHIFT, n, nr;
	u32 half;

	for (half = 0; half < area->nr_halves; half++) {
		for (n = from; n < to; n += nr) {
			struct page **pages = &area->pages[half * per_half + n];

			nr = 1;
			if (*pages)
				continue;
			/* An earlier try that failed may have left pages behind. */
			while (n + nr < to && !pages[nr] && nr < 1ull << RUN_ORDER)
				nr++;
			nr = get_run(area, pages, nr, gfp);
			if (!nr)
				return -ENOMEM;
			if (is_over && is_over(arg))
				return -ECANCELED;
			cond_resched();
		}
	}
	return 0;
}

/* A view of the first bytes of every half, one behind the other. */
static u8 *make_view(const struct dtk_area *area, u64 bytes)
{
	u64 per_half = area->half_size >> PAGE_SHIFT, first = bytes >> PAGE_SHIFT;
	struct page **list;
	u8 *view;
	u32 half;

	if (bytes == area->half_size)
		return vmap(area->pages, nr_pages(area), VM_MAP, PAGE_KERNEL);
	list = kvmalloc_array(area->nr_halves * first, sizeof(*list), DTK_GFP);
	if (!list)
		return NULL;
	for (half = 0; half < area->nr_halves; half++)
		memcpy(list + half * first, area->pages + half * per_half, first * sizeof(*list));
	view = vmap(list, area->nr_halves * first, VM_MAP, PAGE_KERNEL);
	kvfree(list);
	return view;
}

int dtk_area_init(struct dtk_area *area, u64 half_size, u32 nr_halves, u64 first, int node)
{
	memset(area, 0, sizeof(*area));
	first = min(round_up(first, PAGE_SIZE), half_size);
	if (!dtk_mem_reserve(half_size * nr_halves, (half_size - first) * nr_halves))
		return -ENOMEM;
	area->half_size = half_size;
	area->nr_halves = nr_halves;
	area->node = node;
	area->pending = (half_size - first) * nr_halves;
	area->pages = kvcalloc(nr_pages(area), sizeof(*area->pages), DTK_GFP);
	if (!area->pages)
		goto err_free;
	if (get_pages(area, 0, first >> PAGE_SHIFT, DTK_GFP | __GFP_ZERO, NULL, NULL))
		goto err_free;
	area->mem = make_view(area, first);
	if (!area->mem)
		goto err_free;
	area->ready = first;
	return 0;

err_free:
	dtk_area_exit(area);
	return -ENOMEM;
}

void dtk_area_exit(struct dtk_area *area)
{
	u32 i;

	if (!area->half_size)
		return;
	if (area->mem)
		vunmap(area->mem);
	for (i = 0; area->pages && i < nr_pages(area); i++) {
		if (area->pages[i])
			__free_page(area->pages[i]);
	}
	kvfree(area->pages);
	dtk_mem_return(area->half_size * area->nr_halves, area->pending);
	memset(area, 0, sizeof(*area));
}

u8 *dtk_area_grow(struct dtk_area *area, bool (*is_over)(void *arg), void *arg)
{
	int err;

	if (!area->pages || area->ready == area->half_size)
		return NULL;
	err = get_pages(area, area->ready >> PAGE_SHIFT, area->half_size >> PAGE_SHIFT, DTK_GFP | __GFP_ZERO,
			is_over, arg);
	/* Had, or not to be had: nobody else need leave room for it. */
	dtk_mem_settle(area->pending);
	area->pending = 0;
	if (err)
		return NULL;
	return make_view(area, area->half_size);
}

u8 *dtk_area_install(struct dtk_area *area, u8 *view)
{
	u8 *old = area->mem;

	area->mem = view;
	area->ready = area->half_size;
	return old;
}

void dtk_area_drop(u8 *view)
{
	vunmap(view);
}

struct page *dtk_area_page(const struct dtk_area *area, u64 n)
{
	return area->pages && n < nr_pages(area) ? READ_ONCE(area->pages[n]) : NULL;
}
