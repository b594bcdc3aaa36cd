// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of consumers: dtk_mem_zalloc(), dtk_mem_free(), dtk_mem_can(). A request that asks for too
 * much must get an error, not push the machine into reclaim or the log into warnings. Context:
 * process.
 */
#include "core.h"

/* Below this, what is free in the machine is not looked at. */
#define SMALL_BYTES (64u << 10)

bool dtk_mem_can(u64 bytes)
{
	u64 available = (u64)max(si_mem_available(), 0l) << PAGE_SHIFT;

	return bytes && bytes <= dtk_core.max_bytes &&
	       (bytes <= SMALL_BYTES || bytes < available / 2);
}

void *dtk_mem_zalloc(size_t bytes, int node)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN | __GFP_NORETRY;

	if (!dtk_mem_can(bytes))
		return NULL;
	if (bytes <= PAGE_SIZE / 2)
		return kmalloc_node(bytes, gfp, node);
	return dtc_vmalloc(round_up(bytes, PAGE_SIZE), gfp);
}

void dtk_mem_free(void *mem)
{
	kvfree(mem);
}
