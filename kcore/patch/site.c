// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of sites, and their hit counts. Entry points in site.h. dtk_site_find() and dtk_site_hit() run in any
 * context, everything else in process context under dtk_patch.lock.
 */
#include <linux/cpu.h>
#include <linux/kprobes.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include "site.h"
#include "stub.h"

#define TABLE_MIN	1024u

struct dtk_patch dtk_patch;
DEFINE_PER_CPU(u64, dtk_hits_offset);
DEFINE_PER_CPU(u64, dtk_passed);

static struct kmem_cache *site_cache;

/* Hit counters, by chunk. */
static u64 **hits;
static u32 nr_hits;
static u32 cap_hits;

void dtk_site_late(struct dtk_site *site)
{
	/* Rare, and from many CPUs at once: one instruction that none can lose. */
	asm volatile("lock incl %0" : "+m" (site->late));
}
NOKPROBE_SYMBOL(dtk_site_late);

/* ---- waiting ---- */

static int nothing(void *unused)
{
	return 0;
}

void dtk_patch_sync_cpus(void)
{
	unsigned int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		smp_call_on_cpu(cpu, nothing, NULL, false);
	cpus_read_unlock();
}

void dtk_patch_sync_tasks(void)
{
	dtk_patch_sync_cpus();
	synchronize_rcu_tasks();
}

/* ---- the table ---- */

static struct dtk_site_table *table_alloc(u32 size)
{
	struct dtk_site_table *table =
		kvzalloc(struct_size(table, slot, size), GFP_KERNEL);

	if (!table)
		return NULL;
	table->mask = size - 1;
	table->shift = 64 - ilog2(size);
	return table;
}

/* The address's own slot, or the free one that it would take. Context: the table is not full. */
static struct dtk_site_slot *table_slot(struct dtk_site_table *table, unsigned long addr)
{
	u32 at = dtk_site_home(table, addr);

	while (table->slot[at].addr && table->slot[at].addr != addr)
		at = (at + 1) & table->mask;
	return &table->slot[at];
}

/* The address is written last: whoever sees it sees the site. */
static void table_add(struct dtk_site_table *table, struct dtk_site *site)
{
	struct dtk_site_slot *slot = table_slot(table, site->addr);

	/* The slot of one that was taken out has the address already. */
	smp_store_release(&slot->site, site);
	smp_store_release(&slot->addr, site->addr);
}

/* The slot stays, since others may have been put behind it; a table that replaces this one is without it. */
static void table_remove(struct dtk_site_table *table, const struct dtk_site *site)
{
	WRITE_ONCE(table_slot(table, site->addr)->site, NULL);
}

static int table_grow(u32 need)
{
	struct dtk_site_table *old = dtk_patch.table, *table;
	u32 i;

	table = table_alloc(max(TABLE_MIN, (u32)roundup_pow_of_two(need * 2)));
	if (!table)
		return -ENOMEM;
	for (i = 0; i < dtk_patch.nr_sites; i++) {
		if (dtk_patch.site[i])
			table_add(table, dtk_patch.site[i]);
		if (i % DTK_PAUSE_EVERY == 0)
			cond_resched();
	}
	smp_store_release(&dtk_patch.table, table);
	if (old) {
		dtk_patch_sync_cpus();
		kvfree(old);
	}
	return 0;
}

static int hits_grow(u32 need)
{
	u32 nr = DIV_ROUND_UP(need, DTK_HITS_CHUNK), cap = max(64u, nr_hits * 2);

	if (nr > cap_hits) {
		u64 **grown = kvcalloc(max(nr, cap), sizeof(*grown), GFP_KERNEL);

		if (!grown)
			return -ENOMEM;
		if (hits)
			memcpy(grown, hits, nr_hits * sizeof(*grown));
		kvfree(hits);
		hits = grown;
		cap_hits = max(nr, cap);
	}
	for (; nr_hits < nr; nr_hits++) {
		hits[nr_hits] = kvzalloc(DTK_HITS_STRIDE * nr_cpu_ids, GFP_KERNEL);
		if (!hits[nr_hits])
			return -ENOMEM;
	}
	return 0;
}

int dtk_sites_reserve(u32 nr)
{
	u32 need = dtk_patch.nr_sites + nr;
	int err;

	if (need > dtk_patch.cap_sites) {
		u32 cap = max(need, dtk_patch.cap_sites * 2);
		struct dtk_site **grown = kvcalloc(cap, sizeof(*grown), GFP_KERNEL);

		if (!grown)
			return -ENOMEM;
		if (dtk_patch.site)
			memcpy(grown, dtk_patch.site, dtk_patch.nr_sites * sizeof(*grown));
		kvfree(dtk_patch.site);
		dtk_patch.site = grown;
		dtk_patch.cap_sites = cap;
	}
	err = hits_grow(need);
	if (!err && need * 2 > dtk_patch.table->mask)
		err = table_grow(need);
	return err;
}

struct dtk_site *dtk_site_create(const struct dtk_site *from)
{
	struct dtk_site *site = kmem_cache_alloc(site_cache, GFP_KERNEL);

	if (!site)
		return NULL;
	*site = *from;
	site->index = dtk_patch.nr_sites;
	site->hits = hits[site->index / DTK_HITS_CHUNK] + site->index % DTK_HITS_CHUNK;
	dtk_patch.site[dtk_patch.nr_sites++] = site;
	table_add(dtk_patch.table, site);
	return site;
}

static void site_free(struct dtk_site *site)
{
	dtk_stub_release(site);
	dtk_slot_free(site);
	kfree(site->insn);
	kmem_cache_free(site_cache, site);
}

static bool is_site_in(const struct dtk_site *site, unsigned long begin, unsigned long end)
{
	return site && site->addr >= begin && site->addr < end;
}

/* A task that was preempted in a stub may still get to its site, which is as it was until all such are through. */
void dtk_sites_forget(unsigned long begin, unsigned long end)
{
	u32 i, nr = 0;

	lockdep_assert_held(&dtk_patch.lock);
	for (i = 0; i < dtk_patch.nr_sites; i++) {
		struct dtk_site *site = dtk_patch.site[i];

		if (i % DTK_PAUSE_EVERY == 0)
			cond_resched();
		if (!is_site_in(site, begin, end))
			continue;
		table_remove(dtk_patch.table, site);
		if (site->state == DTK_SITE_STUCK && dtk_site_patch_len(site) == 1)
			WRITE_ONCE(dtk_patch.nr_breakpoints, dtk_patch.nr_breakpoints - 1);
		nr++;
	}
	if (!nr)
		return;
	dtk_patch_sync_tasks();
	for (i = 0; i < dtk_patch.nr_sites; i++) {
		if (i % DTK_PAUSE_EVERY == 0)
			cond_resched();
		if (!is_site_in(dtk_patch.site[i], begin, end))
			continue;
		site_free(dtk_patch.site[i]);
		/* Its index is not used again: counts of others would be added to it. */
		dtk_patch.site[i] = NULL;
	}
}

u64 dtk_site_hits(const struct dtk_site *site)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*(u64 *)((u8 *)site->hits + cpu * DTK_HITS_STRIDE));
	return sum;
}

u64 dtk_sites_passed(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(dtk_passed, cpu));
	return sum;
}

int dtk_sites_init(void)
{
	unsigned int cpu;

	mutex_init(&dtk_patch.lock);
	site_cache = kmem_cache_create("dtrace_site", sizeof(struct dtk_site), 0, 0, NULL);
	dtk_patch.table = table_alloc(TABLE_MIN);
	if (!site_cache || !dtk_patch.table)
		goto err;
	for_each_possible_cpu(cpu)
		per_cpu(dtk_hits_offset, cpu) = cpu * DTK_HITS_STRIDE;
	return 0;
err:
	dtk_sites_exit();
	return -ENOMEM;
}

/* Context: no site is armed, and dtk_patch_sync_tasks() was called after the last was. */
void dtk_sites_exit(void)
{
	u32 i;

	for (i = 0; i < dtk_patch.nr_sites; i++) {
		if (dtk_patch.site[i])
			site_free(dtk_patch.site[i]);
		if (i % DTK_PAUSE_EVERY == 0)
			cond_resched();
	}
	kvfree(dtk_patch.site);
	kvfree(dtk_patch.table);
	for (i = 0; i < nr_hits; i++)
		kvfree(hits[i]);
	kvfree(hits);
	kmem_cache_destroy(site_cache);
}
