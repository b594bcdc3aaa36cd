// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dynamic variable store, as programs use it: thread-local and associative variables. dynvar_store.c makes, cleans
 * and frees it.
 *
 * Entry points: the TVAR, AVAR and TAVAR subroutines (probe context). Values that are read and written under the
 * bucket's lock are reused as soon as they are freed. By-reference values are handed to programs as addresses, so
 * a freed one is dirty until no CPU can be in a clause that saw it: the cleaner waits for that.
 *
 * Thread-local values belong to whoever runs, and are set and cleared at every call that is measured. So a CPU keeps
 * the elements that it used last at hand: see struct dtk_dyn_cpu.
 */
#include "dynvar.h"
#include "key.h"
#include "subr.h"

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

	dtk_dyn_lock(&dyn->carve);
	header = find_room(&dyn->headers, class->header_size);
	if (class->value_size)
		value = find_room(&dyn->values, class->value_size);
	if (header && (value || !class->value_size)) {
		elem = (struct dtk_dyn *)take_room(dyn, &dyn->headers, header, class->header_size);
		elem->ref = value ? take_room(dyn, &dyn->values, value, class->value_size) : NULL;
	} else {
		ask_for_more(dyn, header ? &dyn->values : &dyn->headers);
	}
	dtk_dyn_unlock(&dyn->carve, NULL);
	return elem;
}
NOKPROBE_SYMBOL(carve);

static struct dtk_dyn *pop(struct dtk_dyn_head *head)
{
	struct dtk_dyn *elem;

	if (!(READ_ONCE(head->word) & ~DTK_DYN_LOCKED))
		return NULL;
	elem = dtk_dyn_lock(head);
	dtk_dyn_unlock(head, elem ? elem->next : NULL);
	return elem;
}

static void push(struct dtk_dyn_head *head, struct dtk_dyn *elem)
{
	elem->next = dtk_dyn_lock(head);
	dtk_dyn_unlock(head, elem);
}

static noinline struct dtk_dyn *alloc_slow(struct dtk_dynvars *dyn, u32 class)
{
	struct dtk_dyn *elem = carve(dyn, &dyn->classes[class]);
	unsigned int cpu;

	if (elem)
		return elem;
	for_each_possible_cpu(cpu) {
		elem = pop(&dyn->cpus[cpu]->free[class].clean);
		if (elem)
			return elem;
	}
	return NULL;
}
NOKPROBE_SYMBOL(alloc_slow);

static noinline void count_drop(struct dtk_mstate *ms, const struct dtk_dynvars *dyn)
{
	/* A fault says it already. */
	if (ms->fault)
		return;
	if (READ_ONCE(dyn->is_rinsing))
		dtk_count(ms, dyn_rinsing_drops);
	else if (READ_ONCE(dyn->has_dirty))
		dtk_count(ms, dyn_dirty_drops);
	else
		dtk_count(ms, dyn_drops);
}
NOKPROBE_SYMBOL(count_drop);

static struct dtk_dyn *alloc_elem(struct dtk_mstate *ms, struct dtk_dynvars *dyn, const struct dtk_var *var)
{
	struct dtk_dyn *elem;
	u32 i;

	if ((var->flags & DTRACE_VAR_BYREF) && !dtk_charge(ms, DTK_COST_CLEAR(var->size)))
		return NULL;
	elem = pop(&dyn->cpus[ms->cpu]->free[var->class].clean);
	if (unlikely(!elem)) {
		elem = alloc_slow(dyn, var->class);
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
	struct dtk_dyn_free *list = &dyn->cpus[ms->cpu]->free[var->class];

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

/*
 * Under the bucket's lock: the element and where the pointer to it is kept (NULL = first in the chain). Not found, or
 * no time to look any further: then a fault is recorded.
 */
static __always_inline struct dtk_dyn *find(struct dtk_mstate *ms, struct dtk_dyn *first, const struct elem_id *id,
					    struct dtk_dyn **prev)
{
	struct dtk_dyn *elem;

	*prev = NULL;
	for (elem = first; elem; elem = elem->next) {
		if (is_elem(elem, id))
			return elem;
		*prev = elem;
		if (!dtk_charge(ms, DTK_COST_LINK))
			break;
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
	first = dtk_dyn_lock(bucket);
	elem = find(ms, first, id, &prev);
	value = elem ? elem->scalar : 0;
	dtk_dyn_unlock(bucket, first);
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
	first = dtk_dyn_lock(bucket);
	elem = find(ms, first, id, &prev);
	if (elem && prev)
		prev->next = elem->next;
	else if (elem)
		first = elem->next;
	if (elem)
		WRITE_ONCE(elem->keeper, 0);
	dtk_dyn_unlock(bucket, first);
	if (elem)
		free_elem(ms, dyn, id->var, elem);
}

/* Under the bucket's lock: the element, made if it is not there and may be. NULL: it is not, or there is no room. */
static __always_inline struct dtk_dyn *find_or_make(struct dtk_mstate *ms, const struct elem_id *id,
						    struct dtk_dyn **first, bool creates)
{
	struct dtk_dyn *prev, *elem = find(ms, *first, id, &prev);

	if (elem || !creates || unlikely(ms->fault))
		return elem;
	elem = alloc_elem(ms, ms->state->vars.dyn, id->var);
	if (elem) {
		fill_elem(elem, id);
		elem->next = *first;
		*first = elem;
	}
	return elem;
}

/* ---- elements at hand ---- */

/* Let go of the element in a slot: whoever wants it has to look it up; one without a value is freed. */
static noinline bool let_go(struct dtk_mstate *ms, struct dtk_dyn **slot)
{
	struct dtk_dynvars *dyn = ms->state->vars.dyn;
	struct dtk_dyn *first, *at, *prev = NULL, *elem = *slot;
	struct dtk_dyn_head *bucket;
	bool is_vacant = false;

	*slot = NULL;
	/* Only this CPU frees what it keeps, so if it still does when the lock is held, all of the element is good. */
	if (!elem || READ_ONCE(elem->keeper) != ms->cpu + 1)
		return false;
	bucket = &dyn->buckets[READ_ONCE(elem->hash) & dyn->bucket_mask];
	first = dtk_dyn_lock(bucket);
	if (READ_ONCE(elem->keeper) == ms->cpu + 1) {
		WRITE_ONCE(elem->keeper, 0);
		is_vacant = !elem->scalar;
	}
	if (is_vacant) {
		for (at = first; at != elem; at = at->next)
			prev = at;
		if (prev)
			prev->next = elem->next;
		else
			first = elem->next;
	}
	dtk_dyn_unlock(bucket, first);
	if (is_vacant)
		free_elem(ms, dyn, &ms->state->vars.vars[elem->var], elem);
	return is_vacant;
}
NOKPROBE_SYMBOL(let_go);

/* There is no room: free what this CPU keeps for nothing. Context: no bucket is locked. Return: is there room now? */
static noinline bool let_go_all(struct dtk_mstate *ms)
{
	struct dtk_dyn_cpu *cpu = ms->state->vars.dyn->cpus[ms->cpu];
	bool has_freed = false;
	u32 i;

	/* Not room was short but time. */
	if (ms->fault)
		return false;
	for (i = 0; i < DTK_DYN_KEPT; i++)
		has_freed |= let_go(ms, &cpu->kept[i]);
	return has_freed;
}
NOKPROBE_SYMBOL(let_go_all);

static __always_inline struct dtk_dyn **slot_of(const struct dtk_mstate *ms, u32 index)
{
	return &ms->kept[index % DTK_DYN_KEPT];
}

/*
 * The running thread's element if this CPU has it at hand. Only the thread writes its own name into an element, and
 * only this CPU its number, so what is found here is in its chain and nobody else's.
 */
static __always_inline struct dtk_dyn *at_hand(const struct dtk_mstate *ms, u32 index)
{
	struct dtk_dyn *elem = *slot_of(ms, index);
	u64 thread[2];

	if (unlikely(!elem))
		return NULL;
	dtc_thread_key(thread);
	if (likely(READ_ONCE(elem->thread[0]) == thread[0] && READ_ONCE(elem->thread[1]) == thread[1] &&
		   READ_ONCE(elem->var) == index && READ_ONCE(elem->keeper) == ms->cpu + 1))
		return elem;
	return NULL;
}

/* Look the running thread's element up and keep it; made if it is not there and may be. */
static noinline struct dtk_dyn *fetch(struct dtk_mstate *ms, u32 index, bool creates)
{
	struct dtk_dynvars *dyn = ms->state->vars.dyn;
	struct dtk_dyn **slot = slot_of(ms, index);
	struct dtk_dyn_head *bucket;
	struct dtk_dyn *first, *elem;
	struct elem_id id;

	make_id(&id, ms, index, true, false, 0);
	bucket = bucket_of(dyn, &id);
	if (!creates && !READ_ONCE(bucket->word))
		return NULL;
	let_go(ms, slot);
	do {
		first = dtk_dyn_lock(bucket);
		elem = find_or_make(ms, &id, &first, creates);
		if (elem)
			WRITE_ONCE(elem->keeper, ms->cpu + 1);
		dtk_dyn_unlock(bucket, first);
	} while (unlikely(!elem && creates && let_go_all(ms)));
	if (elem)
		*slot = elem;
	else if (creates)
		count_drop(ms, dyn);
	return elem;
}
NOKPROBE_SYMBOL(fetch);

u64 dtk_subr_TVAR_LD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_dyn *elem = at_hand(ms, a1);

	if (unlikely(!elem))
		elem = fetch(ms, a1, false);
	return elem ? elem->scalar : 0;
}
NOKPROBE_SYMBOL(dtk_subr_TVAR_LD);

u64 dtk_subr_TVAR_ST(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_dyn *elem = at_hand(ms, a1);

	if (unlikely(!elem))
		elem = fetch(ms, a1, !!a2);
	if (likely(elem))
		elem->scalar = a2;
	return a2;
}
NOKPROBE_SYMBOL(dtk_subr_TVAR_ST);

/* ---- the others ---- */

static __always_inline u64 store_scalar(struct dtk_mstate *ms, const struct elem_id *id, u64 value)
{
	struct dtk_dyn_head *bucket = bucket_of(ms->state->vars.dyn, id);
	struct dtk_dyn *first, *elem;

	if (!value) {
		remove_elem(ms, id);
		return 0;
	}
	do {
		first = dtk_dyn_lock(bucket);
		elem = find_or_make(ms, id, &first, true);
		if (elem)
			elem->scalar = value;
		dtk_dyn_unlock(bucket, first);
	} while (unlikely(!elem && let_go_all(ms)));
	if (unlikely(!elem))
		count_drop(ms, ms->state->vars.dyn);
	return value;
}

static __always_inline u64 find_ref(struct dtk_mstate *ms, const struct elem_id *id, bool creates)
{
	struct dtk_dyn_head *bucket = bucket_of(ms->state->vars.dyn, id);
	struct dtk_dyn *first, *elem;
	u64 ref;

	do {
		first = dtk_dyn_lock(bucket);
		elem = find_or_make(ms, id, &first, creates);
		ref = elem ? (u64)(uintptr_t)elem->ref : 0;
		dtk_dyn_unlock(bucket, first);
	} while (unlikely(!elem && creates && let_go_all(ms)));
	if (unlikely(!elem && creates))
		count_drop(ms, ms->state->vars.dyn);
	return ref;
}

/* The subroutines of one kind of variable. Without a key the arguments after it move to the front. */
#define DYN_VALUES(KIND, is_thread)                                                               \
	u64 dtk_subr_##KIND##_LD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                           \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
		struct elem_id id;                                                                 \
                                                                                                   \
		make_id(&id, ms, a1, is_thread, true, a2);                                         \
		return load_scalar(ms, &id);                                                       \
	}                                                                                          \
	NOKPROBE_SYMBOL(dtk_subr_##KIND##_LD);                                                     \
                                                                                                   \
	u64 dtk_subr_##KIND##_ST(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                           \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
		struct elem_id id;                                                                 \
                                                                                                   \
		make_id(&id, ms, a1, is_thread, true, a2);                                         \
		return store_scalar(ms, &id, a4);                                                  \
	}                                                                                          \
	NOKPROBE_SYMBOL(dtk_subr_##KIND##_ST);

#define DYN_REFS(KIND, is_thread, is_keyed, last)                                                  \
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

DYN_VALUES(AVAR, false)
DYN_VALUES(TAVAR, true)
DYN_REFS(TVAR, true, false, a2)
DYN_REFS(AVAR, false, true, a4)
DYN_REFS(TAVAR, true, true, a4)

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
