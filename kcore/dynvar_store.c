// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dynamic variable store: how it is made, grows, is cleaned and freed. dynvar.c is what programs do with it.
 *
 * Entry points in dynvar.h; process context, may sleep.
 */
#include "dynvar.h"
#include "state.h"

static int add_extent(struct dtk_dynvars *dyn, struct dtk_dyn_arena *arena, u64 size)
{
	struct dtk_dyn_extent *extent = &arena->extent[arena->nr];

	if (size > dyn->max_size - dyn->size)
		size = dyn->max_size - dyn->size;
	size &= ~4095ull;
	if (!size || arena->nr == DTK_DYN_MAXEXTENTS)
		return -ENOSPC;
	extent->base = dtk_mem_zalloc(size, NUMA_NO_NODE);
	if (!extent->base)
		return -ENOMEM;
	extent->size = size;
	dyn->size += size;
	/* Release: a CPU that sees the number sees the extent. */
	smp_store_release(&arena->nr, arena->nr + 1);
	return 0;
}

static u64 arena_size(const struct dtk_dyn_arena *arena)
{
	u64 size = 0;
	u32 i;

	for (i = 0; i < arena->nr; i++)
		size += arena->extent[i].size;
	return size;
}

static void grow_arena(struct dtk_dynvars *dyn, struct dtk_dyn_arena *arena)
{
	if (!READ_ONCE(arena->wants_more))
		return;
	/* Doubles. Failing is no loss yet: drops are counted when nothing is left. At the limit nobody asks again. */
	if (add_extent(dyn, arena, arena_size(arena)) != -ENOSPC)
		WRITE_ONCE(arena->wants_more, 0);
}

static void grow(struct dtk_dynvars *dyn)
{
	struct mem_cgroup *own;

	mutex_lock(&dyn->grow_lock);
	own = dtc_memcg_enter(dyn->memcg);
	grow_arena(dyn, &dyn->headers);
	grow_arena(dyn, &dyn->values);
	dtc_memcg_enter(own);
	mutex_unlock(&dyn->grow_lock);
}

static void grow_from_work(struct work_struct *work)
{
	grow(container_of(work, struct dtk_dynvars, grow_work));
}

/* Probe context cannot start a worker by itself. */
static void grow_from_irq(struct irq_work *work)
{
	schedule_work(&container_of(work, struct dtk_dynvars, grow_irq_work)->grow_work);
}

/* Take a whole list, or put one back in front of what is there. */
static struct dtk_dyn *swap_list(struct dtk_dyn_head *head, struct dtk_dyn *list)
{
	unsigned long flags;
	struct dtk_dyn *old, *last;

	local_irq_save(flags);
	dtk_guard_enter();
	old = dtk_dyn_lock(head);
	if (list) {
		for (last = list; last->next; last = last->next)
			;
		last->next = old;
		old = NULL;
	}
	dtk_dyn_unlock(head, list);
	dtk_guard_exit();
	local_irq_restore(flags);
	return old;
}

void dtk_dynvars_clean(struct dtk_dynvars *dyn)
{
	struct dtk_dyn **rinsing;
	bool has_any = false;
	unsigned int cpu;
	u32 c;

	if (!READ_ONCE(dyn->has_dirty))
		return;
	rinsing = kvcalloc((size_t)nr_cpu_ids * dyn->nr_classes, sizeof(*rinsing), DTK_GFP);
	if (!rinsing)
		return;
	WRITE_ONCE(dyn->is_rinsing, 1);
	WRITE_ONCE(dyn->has_dirty, 0);
	for_each_possible_cpu(cpu) {
		for (c = 0; c < dyn->nr_classes; c++) {
			struct dtk_dyn_head *head = &dyn->cpus[cpu]->free[c].dirty;

			if (!READ_ONCE(head->word))
				continue;
			rinsing[cpu * dyn->nr_classes + c] = swap_list(head, NULL);
			has_any = true;
		}
	}
	if (has_any)
		dtk_sync_probes();
	for_each_possible_cpu(cpu) {
		for (c = 0; c < dyn->nr_classes; c++) {
			struct dtk_dyn *list = rinsing[cpu * dyn->nr_classes + c];

			if (list)
				swap_list(&dyn->cpus[cpu]->free[c].clean, list);
		}
	}
	WRITE_ONCE(dyn->is_rinsing, 0);
	kvfree(rinsing);
}

/* Sizes of elements are rounded to a power of two or one and a half times that, so that variables share classes. */
static u64 round_size(u64 size)
{
	u64 power = 64;

	if (size <= 48)
		return 48;
	while (power < size)
		power *= 2;
	return size <= power / 4 * 3 ? power / 4 * 3 : power;
}

static void init_classes(struct dtk_dynvars *dyn)
{
	u32 i, c;

	for (i = 0; i < dyn->vars->nr; i++) {
		struct dtk_var *var = &dyn->vars->vars[i];
		struct dtk_dyn_class class = {
			.header_size = round_size(sizeof(struct dtk_dyn) + var->key_size),
		};

		if (var->kind == DTRACE_VAR_GLOBAL)
			continue;
		if (var->flags & DTRACE_VAR_BYREF)
			class.value_size = round_size(var->size);
		for (c = 0; c < dyn->nr_classes; c++)
			if (dyn->classes[c].header_size == class.header_size &&
			    dyn->classes[c].value_size == class.value_size)
				break;
		if (c == dyn->nr_classes)
			dyn->classes[dyn->nr_classes++] = class;
		var->class = c;
	}
}

static int init_cpus(struct dtk_dynvars *dyn)
{
	unsigned int cpu;

	dyn->cpus = kvcalloc(nr_cpu_ids, sizeof(*dyn->cpus), DTK_GFP);
	if (!dyn->cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		dyn->cpus[cpu] = kvzalloc(struct_size(dyn->cpus[cpu], free, dyn->nr_classes), DTK_GFP);
		if (!dyn->cpus[cpu])
			return -ENOMEM;
	}
	return 0;
}

static int init_arenas(struct dtk_dynvars *dyn)
{
	bool has_values = false;
	u64 first;
	u32 c;
	int err;

	for (c = 0; c < dyn->nr_classes; c++)
		if (dyn->classes[c].value_size)
			has_values = true;
	first = min_t(u64, DTK_DYN_FIRSTEXTENT, has_values ? dyn->max_size / 2 : dyn->max_size);
	err = add_extent(dyn, &dyn->headers, first);
	if (!err && has_values)
		err = add_extent(dyn, &dyn->values, first);
	/* A store without room is one that drops everything. */
	return err == -ENOSPC ? 0 : err;
}

int dtk_dynvars_create(struct dtk_vars *vars, u64 max_size)
{
	struct dtk_dynvars *dyn = kzalloc(sizeof(*dyn), DTK_GFP);
	u64 nr_buckets = clamp_t(u64, roundup_pow_of_two(max_size / 64 + 1), 256, 65536);
	int err = -ENOMEM;

	if (!dyn)
		return -ENOMEM;
	dyn->vars = vars;
	dyn->max_size = max_size;
	dyn->memcg = dtc_memcg_get();
	mutex_init(&dyn->grow_lock);
	init_irq_work(&dyn->grow_irq_work, grow_from_irq);
	INIT_WORK(&dyn->grow_work, grow_from_work);
	dyn->bucket_mask = nr_buckets - 1;
	dyn->buckets = kvcalloc(nr_buckets, sizeof(*dyn->buckets), DTK_GFP);
	dyn->classes = kvcalloc(vars->nr, sizeof(*dyn->classes), DTK_GFP);
	if (!dyn->buckets || !dyn->classes)
		goto err_destroy;
	init_classes(dyn);
	err = init_cpus(dyn);
	if (!err)
		err = init_arenas(dyn);
	if (err)
		goto err_destroy;
	vars->dyn = dyn;
	return 0;
err_destroy:
	dtk_dynvars_destroy(dyn);
	return err;
}

void dtk_dynvars_destroy(struct dtk_dynvars *dyn)
{
	unsigned int cpu;
	u32 i;

	irq_work_sync(&dyn->grow_irq_work);
	cancel_work_sync(&dyn->grow_work);
	for (i = 0; i < dyn->headers.nr; i++)
		dtk_mem_free(dyn->headers.extent[i].base, dyn->headers.extent[i].size);
	for (i = 0; i < dyn->values.nr; i++)
		dtk_mem_free(dyn->values.extent[i].base, dyn->values.extent[i].size);
	if (dyn->cpus)
		for_each_possible_cpu(cpu)
			kvfree(dyn->cpus[cpu]);
	kvfree(dyn->cpus);
	kvfree(dyn->classes);
	kvfree(dyn->buckets);
	dtc_memcg_put(dyn->memcg);
	kfree(dyn);
}
