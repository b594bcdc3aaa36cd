// SPDX-License-Identifier: GPL-2.0-only
/*
 * Executable copies of instructions that cannot run at their own address while a breakpoint is there. A copy ends
 * with a jump back. Copies lie near the kernel, in pages of module memory, 32 bytes each.
 * Entry points: dtk_slot_*(). Context: process, dtk_patch.lock held.
 */
#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "displace.h"
#include "ksym.h"
#include "site.h"

#define AREA_PAGES	16u
#define AREA_SLOTS	(AREA_PAGES * PAGE_SIZE / DTK_DISPLACE_SIZE)

struct slot_area {
	struct list_head link;
	u8 *mem;
	u32 nr_used;
	DECLARE_BITMAP(used, AREA_SLOTS);
};

static LIST_HEAD(areas);

/*
 * Since 6.10 the kernel has an allocator for it, and does not let what is executable be writable. Memory of most types
 * may be shared with others and be read-only from the start; that of programs it gives as pages which can be filled
 * before they are protected.
 */
static void *text_alloc(size_t size)
{
	if (dtk_ksym.execmem_alloc)
		return dtk_k_execmem_alloc(EXECMEM_BPF, size);
	return dtk_k_module_alloc(size);
}

static void text_free(void *mem)
{
	if (dtk_ksym.execmem_alloc)
		dtk_k_execmem_free(mem);
	else
		dtk_k_module_memfree(mem);
}

static int text_protect(void *mem, int nr_pages)
{
	if (dtk_ksym.set_memory_rox)
		return dtk_k_set_memory_rox((unsigned long)mem, nr_pages);
	return dtk_k_set_memory_x((unsigned long)mem, nr_pages);
}

static struct slot_area *area_create(void)
{
	struct slot_area *area = kzalloc(sizeof(*area), GFP_KERNEL);

	if (!area)
		return NULL;
	area->mem = text_alloc(AREA_PAGES * PAGE_SIZE);
	if (!area->mem) {
		kfree(area);
		return NULL;
	}
	memset(area->mem, INT3_INSN_OPCODE, AREA_PAGES * PAGE_SIZE);
	if (text_protect(area->mem, AREA_PAGES)) {
		text_free(area->mem);
		kfree(area);
		return NULL;
	}
	list_add(&area->link, &areas);
	return area;
}

static struct slot_area *area_with_room(void)
{
	struct slot_area *area;

	list_for_each_entry(area, &areas, link) {
		if (area->nr_used < AREA_SLOTS)
			return area;
	}
	return area_create();
}

static enum dtrace_refusal copy(struct dtk_site *site)
{
	struct slot_area *area = area_with_room();
	u8 code[DTK_DISPLACE_SIZE];
	u32 slot;
	u8 *at;
	int len;

	if (!area)
		return DTRACE_REFUSED_MEMORY;
	slot = find_first_zero_bit(area->used, AREA_SLOTS);
	at = area->mem + slot * DTK_DISPLACE_SIZE;
	memset(code, INT3_INSN_OPCODE, sizeof(code));
	len = dtk_displace_copy(code, (unsigned long)at, site->insn, site->orig, site->addr);
	if (len < 0)
		return DTRACE_REFUSED_REACH;
	if (dtk_poke_write(at, code, sizeof(code)))
		return DTRACE_REFUSED_MEMORY;
	__set_bit(slot, area->used);
	area->nr_used++;
	site->slot = at;
	return DTRACE_REFUSED_NOT;
}

enum dtrace_refusal dtk_slot_make(struct dtk_site *site)
{
	const char *why;

	if (dtk_displace_plan(site->insn, site->orig, &why) != DTK_DISPLACE_COPY)
		return DTRACE_REFUSED_NOT;
	return dtk_patch.can_copy ? copy(site) : DTRACE_REFUSED_FEATURE;
}

void dtk_slot_free(struct dtk_site *site)
{
	struct slot_area *area;

	if (!site->slot)
		return;
	list_for_each_entry(area, &areas, link) {
		if (site->slot < area->mem || site->slot >= area->mem + AREA_PAGES * PAGE_SIZE)
			continue;
		__clear_bit((site->slot - area->mem) / DTK_DISPLACE_SIZE, area->used);
		area->nr_used--;
	}
	site->slot = NULL;
}

/* Context: no task can be in a copy any more. */
void dtk_slots_exit(void)
{
	struct slot_area *area, *next;

	list_for_each_entry_safe(area, next, &areas, link) {
		text_free(area->mem);
		kfree(area);
	}
}
