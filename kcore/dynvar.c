// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dynamic variable store: thread-local and associative variables.
 *
 * Entry points: the TVAR, AVAR and TAVAR subroutines (probe context); dynvar.h (process context). Values that are
 * read and written under the bucket's lock are reused as soon as they are freed. By-reference values are handed to
 * programs as addresses, so a freed one is dirty until no CPU can be in a clause that saw it: the cleaner
 * waits for that.
 */
#include "dynvar.h"
#include "key.h"
#include "subr.h"

#define LOCKED	1ul

static __always_inline struct dtk_dyn *head_lock(struct dtk_dyn_head *head)
{
	unsigned long word;

	for (;;) {
		word = READ_ONCE(head->word);
		/* Acquire: pairs with the release in head_unlock(). */
		if (likely(!(word & LOCKED)) && cmpxchg_acquire(&head->word, word, word | LOCKED) == word)
			return (struct dtk_dyn *)word;
		cpu_relax();
	}
}

/* Publish a new first element and let go. */
static __always_inline void head_unlock(struct dtk_dyn_head *head, struct dtk_dyn *first)
{
	smp_store_release(&head->word, (unsigned long)first);
}

/* ---- memory ---- */

static u64 extent_room(const struct dtk_dyn_extent *extent)
{
	return extent->size - extent->used;
}

static struct dtk_dyn_extent *find_room(struct dtk_dyn_arena *arena, u64 size)
{
	u32 i = smp_load_acquire(&arena->nr);	/* pairs with the release in add_extent() */

	while (i--)
		if (extent_room(&arena->extent[i]) >= size)
			return &arena->extent[i];
	return NULL;
}

static void ask_for_more(struct dtk_dynvars *dyn, struct dtk_dyn_arena *arena)
{
	if (READ_ONCE(arena->wants_more) || READ_ONCE(dyn->size) >= dyn->max_size)
		return;
	WRITE_ONCE(arena->wants_more, 1);
	irq_work_queue(&dyn->grow_irq_work);
}
NOKPROBE_SYMBOL(ask_for_more);

static u8 *take_room(struct dtk_dynvars *dyn, struct dtk_dyn_arena *arena, struct dtk_dyn_extent *extent, u64 size)
{
	u8 *mem = extent->base + extent->used;

	extent->used += size;
	/* Less than half is left of the newest: let the worker add another while there is time. */
	if (extent_room(extent) < extent->size / 2 && extent == &arena->extent[arena->nr - 1])
		ask_for_more(dyn, arena);
	return mem;
}

/* Cut a new element from the arenas. */
static struct dtk_dyn *carve(struct dtk_dynvars *dyn, const struct dtk_dyn_class *class)
{
	struct dtk_dyn_extent *header, *value = NULL;
	struct dtk_dyn *elem = NULL;

	head_lock(&dyn->carve);
	header = find_room(&dyn->headers, class->header_size);
	if (class->value_size)
		value = find_room(&dyn->values, class->value_size);
	if (header && (value || !class->value_size)) {
		elem = (struct dtk_dyn *)take_room(dyn, &dyn->headers, header, class->header_size);
		elem->ref = value ? take_room(dyn, &dyn->values, value, class->value_size) : NULL;
	} else {
		ask_for_more(dyn, header ? &dyn->values : &dyn->headers);
	}
	head_unlock(&dyn->carve, NULL);
	return elem;
}
NOKPROBE_SYMBOL(carve);

static struct dtk_dyn *pop(struct dtk_dyn_head *head)
{
	struct dtk_dyn *elem;

	if (!(READ_ONCE(head->word) & ~LOCKED))
		return NULL;
	elem = head_lock(head);
	head_unlock(head, elem ? elem->next : NULL);
	return elem;
}

static void push(struct dtk_dyn_head *head, struct dtk_dyn *elem)
{
	elem->next = head_lock(head);
	head_unlock(head, elem);
}

static noinline struct dtk_dyn *alloc_slow(struct dtk_mstate *ms, struct dtk_dynvars *dyn, u32 class)
{
	struct dtk_dyn *elem = carve(dyn, &dyn->classes[class]);
	unsigned int cpu;

	if (elem)
		return elem;
	for_each_possible_cpu(cpu) {
		elem = pop(&dyn->free[cpu][class].clean);
		if (elem)
			return elem;
	}
	if (READ_ONCE(dyn->is_rinsing))
		dtk_count(ms, dyn_rinsing_drops);
	else if (READ_ONCE(dyn->has_dirty))
		dtk_count(ms, dyn_dirty_drops);
	else
		dtk_count(ms, dyn_drops);
	return NULL;
}
NOKPROBE_SYMBOL(alloc_slow);

static struct dtk_dyn *alloc_elem(struct dtk_mstate *ms, struct dtk_dynvars *dyn, const struct dtk_var *var)
{
	struct dtk_dyn *elem = pop(&dyn->free[ms->cpu][var->class].clean);
	u32 i;

	if (unlikely(!elem)) {
		elem = alloc_slow(ms, dyn, var->class);
		if (!elem)
			return NULL;
	}
	if (var->flags & DTRACE_VAR_BYREF) {
		u64 *value = (u64 *)elem->ref;

		for (i = 0; i < (var->size + 7) / 8; i++)
			value[i] = 0;
	}
	return elem;
}
NOKPROBE_SYMBOL(alloc_elem);

static void free_elem(struct dtk_mstate *ms, struct dtk_dynvars *dyn, const struct dtk_var *var, struct dtk_dyn *elem)
{
	struct dtk_dyn_free *list = &dyn->free[ms->cpu][var->class];

	if (var->flags & DTRACE_VAR_BYREF) {
		push(&list->dirty, elem);
		WRITE_ONCE(dyn->has_dirty, 1);
	} else {
		push(&list->clean, elem);
	}
}
NOKPROBE_SYMBOL(free_elem);

/* ---- look-up ---- */

/* Whose variable, which, and which element of it. */
struct elem_id {
	const struct dtk_var *var;
	const struct dtk_shape *shape;	/* NULL: no key */
	const u64 *key;
	u64 thread[2];
	u64 hash;
	u32 index;
};

static __always_inline void make_id(struct elem_id *id, const struct dtk_mstate *ms, u64 index, bool is_thread,
				    bool is_keyed, u64 key)
{
	u64 hash = index;

	id->index = index;
	id->var = &ms->state->vars.vars[index];
	id->thread[0] = 0;
	id->thread[1] = 0;
	if (is_thread) {
		dtc_thread_key(id->thread);
		hash = dtk_hash_word(dtk_hash_word(hash, id->thread[0]), id->thread[1]);
	}
	id->shape = NULL;
	if (is_keyed) {
		id->shape = &ms->state->progs.shapes[id->var->shape];
		id->key = (const u64 *)(uintptr_t)key;
		hash = dtk_key_hash(id->shape, id->key, hash);
	}
	id->hash = hash ^ hash >> 32;
}

static __always_inline bool is_elem(const struct dtk_dyn *elem, const struct elem_id *id)
{
	if (elem->hash != (u32)id->hash || elem->var != id->index || elem->thread[0] != id->thread[0] ||
	    elem->thread[1] != id->thread[1])
		return false;
	return !id->shape || dtk_key_is_same(id->shape, id->key, elem->key);
}

static __always_inline struct dtk_dyn_head *bucket_of(const struct dtk_dynvars *dyn, const struct elem_id *id)
{
	return &dyn->buckets[id->hash & dyn->bucket_mask];
}

/* Under the bucket's lock: the element and where the pointer to it is kept (NULL = first in the chain). */
static __always_inline struct dtk_dyn *find(struct dtk_dyn *first, const struct elem_id *id, struct dtk_dyn **prev)
{
	struct dtk_dyn *elem;

	*prev = NULL;
	for (elem = first; elem; elem = elem->next) {
		if (is_elem(elem, id))
			return elem;
		*prev = elem;
	}
	return NULL;
}

static __always_inline void fill_elem(struct dtk_dyn *elem, const struct elem_id *id)
{
	elem->var = id->index;
	elem->hash = id->hash;
	elem->thread[0] = id->thread[0];
	elem->thread[1] = id->thread[1];
	if (id->shape)
		dtk_key_copy(id->shape, elem->key, id->key);
}

static __always_inline u64 load_scalar(struct dtk_mstate *ms, const struct elem_id *id)
{
	struct dtk_dyn_head *bucket = bucket_of(ms->state->vars.dyn, id);
	struct dtk_dyn *first, *elem, *prev;
	u64 value;

	if (!READ_ONCE(bucket->word))
		return 0;
	first = head_lock(bucket);
	elem = find(first, id, &prev);
	value = elem ? elem->scalar : 0;
	head_unlock(bucket, first);
	return value;
}

/* Take an element out of its chain and give it back. */
static __always_inline void remove_elem(struct dtk_mstate *ms, const struct elem_id *id)
{
	struct dtk_dynvars *dyn = ms->state->vars.dyn;
	struct dtk_dyn_head *bucket = bucket_of(dyn, id);
	struct dtk_dyn *first, *elem, *prev;

	if (!READ_ONCE(bucket->word))
		return;
	first = head_lock(bucket);
	elem = find(first, id, &prev);
	if (elem && prev)
		prev->next = elem->next;
	else if (elem)
		first = elem->next;
	head_unlock(bucket, first);
	if (elem)
		free_elem(ms, dyn, id->var, elem);
}

static __always_inline u64 store_scalar(struct dtk_mstate *ms, const struct elem_id *id, u64 value)
{
	struct dtk_dynvars *dyn = ms->state->vars.dyn;
	struct dtk_dyn_head *bucket = bucket_of(dyn, id);
	struct dtk_dyn *first, *elem, *prev;

	if (!value) {
		remove_elem(ms, id);
		return 0;
	}
	first = head_lock(bucket);
	elem = find(first, id, &prev);
	if (!elem) {
		elem = alloc_elem(ms, dyn, id->var);
		if (elem) {
			fill_elem(elem, id);
			elem->next = first;
			first = elem;
		}
	}
	if (elem)
		elem->scalar = value;
	head_unlock(bucket, first);
	return value;
}

static __always_inline u64 find_ref(struct dtk_mstate *ms, const struct elem_id *id, bool creates)
{
	struct dtk_dynvars *dyn = ms->state->vars.dyn;
	struct dtk_dyn_head *bucket = bucket_of(dyn, id);
	struct dtk_dyn *first, *elem, *prev;
	u64 ref;

	first = head_lock(bucket);
	elem = find(first, id, &prev);
	if (!elem && creates) {
		elem = alloc_elem(ms, dyn, id->var);
		if (elem) {
			fill_elem(elem, id);
			elem->next = first;
			first = elem;
		}
	}
	ref = elem ? (u64)(uintptr_t)elem->ref : 0;
	head_unlock(bucket, first);
	return ref;
}

/* The subroutines of one kind of variable. Without a key the arguments after it move to the front. */
#define DYN_SUBRS(KIND, is_thread, is_keyed, last)                                                 \
	u64 dtk_subr_##KIND##_LD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                           \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
		struct elem_id id;                                                                 \
                                                                                                   \
		make_id(&id, ms, a1, is_thread, is_keyed, a2);                                     \
		return load_scalar(ms, &id);                                                       \
	}                                                                                          \
	NOKPROBE_SYMBOL(dtk_subr_##KIND##_LD);                                                     \
                                                                                                   \
	u64 dtk_subr_##KIND##_ST(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                           \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
		struct elem_id id;                                                                 \
                                                                                                   \
		make_id(&id, ms, a1, is_thread, is_keyed, a2);                                     \
		return store_scalar(ms, &id, last);                                                \
	}                                                                                          \
	NOKPROBE_SYMBOL(dtk_subr_##KIND##_ST);                                                     \
                                                                                                   \
	u64 dtk_subr_##KIND##_REF(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                          \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
		struct elem_id id;                                                                 \
                                                                                                   \
		make_id(&id, ms, a1, is_thread, is_keyed, a2);                                     \
		return find_ref(ms, &id, last);                                                    \
	}                                                                                          \
	NOKPROBE_SYMBOL(dtk_subr_##KIND##_REF);                                                    \
                                                                                                   \
	u64 dtk_subr_##KIND##_FREE(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                         \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
		struct elem_id id;                                                                 \
                                                                                                   \
		make_id(&id, ms, a1, is_thread, is_keyed, a2);                                     \
		remove_elem(ms, &id);                                                              \
		return 0;                                                                          \
	}                                                                                          \
	NOKPROBE_SYMBOL(dtk_subr_##KIND##_FREE);

DYN_SUBRS(TVAR, true, false, a2)
DYN_SUBRS(AVAR, false, true, a4)
DYN_SUBRS(TAVAR, true, true, a4)

bool dtk_dynvars_is_storage(const struct dtk_dynvars *dyn, u64 addr, u64 size)
{
	u32 nr = smp_load_acquire(&dyn->values.nr);	/* pairs with the release in add_extent() */
	u32 i;

	for (i = 0; i < nr; i++) {
		u64 off = addr - (u64)(uintptr_t)dyn->values.extent[i].base;

		if (off < dyn->values.extent[i].size)
			return size <= dyn->values.extent[i].size - off;
	}
	return false;
}
NOKPROBE_SYMBOL(dtk_dynvars_is_storage);

/* ---- process context: growing, cleaning, set-up ---- */

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
	mutex_lock(&dyn->grow_lock);
	grow_arena(dyn, &dyn->headers);
	grow_arena(dyn, &dyn->values);
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
	old = head_lock(head);
	if (list) {
		for (last = list; last->next; last = last->next)
			;
		last->next = old;
		old = NULL;
	}
	head_unlock(head, list);
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
	rinsing = kvcalloc((size_t)nr_cpu_ids * dyn->nr_classes, sizeof(*rinsing), GFP_KERNEL);
	if (!rinsing)
		return;
	WRITE_ONCE(dyn->is_rinsing, 1);
	WRITE_ONCE(dyn->has_dirty, 0);
	for_each_possible_cpu(cpu) {
		for (c = 0; c < dyn->nr_classes; c++) {
			struct dtk_dyn_head *head = &dyn->free[cpu][c].dirty;

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
				swap_list(&dyn->free[cpu][c].clean, list);
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

static int init_free_lists(struct dtk_dynvars *dyn)
{
	unsigned int cpu;

	dyn->free = kvcalloc(nr_cpu_ids, sizeof(*dyn->free), GFP_KERNEL);
	if (!dyn->free)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		dyn->free[cpu] = kvcalloc(dyn->nr_classes, sizeof(**dyn->free), GFP_KERNEL);
		if (!dyn->free[cpu])
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
	struct dtk_dynvars *dyn = kzalloc(sizeof(*dyn), GFP_KERNEL);
	u64 nr_buckets = clamp_t(u64, roundup_pow_of_two(max_size / 64 + 1), 256, 65536);
	int err = -ENOMEM;

	if (!dyn)
		return -ENOMEM;
	dyn->vars = vars;
	dyn->max_size = max_size;
	mutex_init(&dyn->grow_lock);
	init_irq_work(&dyn->grow_irq_work, grow_from_irq);
	INIT_WORK(&dyn->grow_work, grow_from_work);
	dyn->bucket_mask = nr_buckets - 1;
	dyn->buckets = kvcalloc(nr_buckets, sizeof(*dyn->buckets), GFP_KERNEL);
	dyn->classes = kvcalloc(vars->nr, sizeof(*dyn->classes), GFP_KERNEL);
	if (!dyn->buckets || !dyn->classes)
		goto err_destroy;
	init_classes(dyn);
	err = init_free_lists(dyn);
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
		dtk_mem_free(dyn->headers.extent[i].base);
	for (i = 0; i < dyn->values.nr; i++)
		dtk_mem_free(dyn->values.extent[i].base);
	if (dyn->free)
		for_each_possible_cpu(cpu)
			kvfree(dyn->free[cpu]);
	kvfree(dyn->free);
	kvfree(dyn->classes);
	kvfree(dyn->buckets);
	kfree(dyn);
}
