// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of consumers. What a consumer is promised is reserved first, against a limit for all of them together and
 * against what the machine has available, less what was promised to others and not taken yet. A request that asks for
 * too much must get an error, not push the machine into reclaim, or somebody else's process out of it. Entry points in
 * core.h. Context: process.
 */
#include "core.h"

/* Below this, what is free in the machine is not looked at. */
#define SMALL_BYTES (64u << 10)

static u64 available_bytes(void)
{
	return (u64)max(si_mem_available(), 0l) << PAGE_SHIFT;
}

void dtk_mem_init(struct dtk_mem *mem)
{
	spin_lock_init(&mem->lock);
	mem->max_bytes = (u64)totalram_pages() << PAGE_SHIFT >> 1;
	mem->used = 0;
	mem->pending = 0;
}

/* Context: lock held, or for a first look. */
static bool has_room(const struct dtk_mem *mem, u64 bytes)
{
	u64 available = available_bytes(), pending = READ_ONCE(mem->pending), used = READ_ONCE(mem->used);

	if (!bytes || bytes > dtk_core.max_bytes || used > mem->max_bytes || bytes > mem->max_bytes - used)
		return false;
	return bytes <= SMALL_BYTES || (available > pending && bytes < (available - pending) / 2);
}

bool dtk_mem_can(u64 bytes)
{
	return has_room(&dtk_core.mem, bytes);
}

bool dtk_mem_reserve(u64 bytes, u64 later)
{
	struct dtk_mem *mem = &dtk_core.mem;
	bool has;

	spin_lock(&mem->lock);
	has = has_room(mem, bytes);
	if (has) {
		mem->used += bytes;
		mem->pending += later;
	}
	spin_unlock(&mem->lock);
	return has;
}

void dtk_mem_settle(u64 bytes)
{
	dtk_mem_return(0, bytes);
}

void dtk_mem_return(u64 bytes, u64 later)
{
	struct dtk_mem *mem = &dtk_core.mem;

	spin_lock(&mem->lock);
	mem->used -= bytes;
	mem->pending -= later;
	spin_unlock(&mem->lock);
}

void *dtk_mem_zalloc(size_t bytes, int node)
{
	void *mem;

	if (!dtk_mem_reserve(bytes, 0))
		return NULL;
	if (bytes <= PAGE_SIZE / 2)
		mem = kmalloc_node(bytes, DTK_GFP | __GFP_ZERO, node);
	else
		mem = dtc_vmalloc(round_up(bytes, PAGE_SIZE), DTK_GFP | __GFP_ZERO);
	if (!mem)
		dtk_mem_return(bytes, 0);
	return mem;
}

void dtk_mem_free(void *mem, size_t bytes)
{
	if (!mem)
		return;
	kvfree(mem);
	dtk_mem_return(bytes, 0);
}
