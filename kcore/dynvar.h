/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dynamic variable store of one consumer: thread-local and associative variables.
 *
 * One hash table for all CPUs; a chain is only followed with its bucket locked. An element has a header with its key
 * and, for by-reference variables, a value that lives apart: programs may write to values through pointers, and so
 * never reach what the core relies on. A header keeps its value chunk through all its lives.
 */
#ifndef _DTK_DYNVAR_H
#define _DTK_DYNVAR_H

#include "os.h"

struct dtk_vars;

#define DTK_DYN_MAXEXTENTS	24u
#define DTK_DYN_FIRSTEXTENT	(256u << 10)

/*
 * A list head with a lock: bit 0. Taken in probe context only (interrupts off, nothing nests) and by the
 * cleaner with interrupts off and the recursion guard held, for a few instructions at a time.
 */
struct dtk_dyn_head {
	unsigned long word;
};
#define DTK_DYN_LOCKED	1ul

static __always_inline struct dtk_dyn *dtk_dyn_lock(struct dtk_dyn_head *head)
{
	unsigned long word;

	for (;;) {
		word = READ_ONCE(head->word);
		/* Acquire: pairs with the release in dtk_dyn_unlock(). */
		if (likely(!(word & DTK_DYN_LOCKED)) &&
		    cmpxchg_acquire(&head->word, word, word | DTK_DYN_LOCKED) == word)
			return (struct dtk_dyn *)word;
		cpu_relax();
	}
}

/* Publish a new first element and let go. */
static __always_inline void dtk_dyn_unlock(struct dtk_dyn_head *head, struct dtk_dyn *first)
{
	smp_store_release(&head->word, (unsigned long)first);
}

/*
 * struct dtk_dyn - header of one element
 * @next: in its chain or free list
 * @var: index of the variable
 * @keeper: thread-local value: 1 + number of the CPU that has it at hand; 0 = none
 * @thread: whose it is: two words, both 0 for associative arrays
 * @scalar, @ref: the value, or where it is
 */
struct dtk_dyn {
	struct dtk_dyn *next;
	u16 var;
	u16 keeper;
	u32 hash;
	u64 thread[2];
	union {
		u64 scalar;
		u8 *ref;
	};
	u64 key[];
};

/* Elements of one class are interchangeable. value_size 0: no value chunk. */
struct dtk_dyn_class {
	u32 header_size;
	u32 value_size;
};

/* Free elements of one class on one CPU; dirty ones may still be looked at through a reference. */
struct dtk_dyn_free {
	struct dtk_dyn_head clean;
	struct dtk_dyn_head dirty;
};

#define DTK_DYN_KEPT	4u

/*
 * struct dtk_dyn_cpu - one CPU's part of a store
 * @kept: elements of thread-local values that were used last, by the variable's index: what is stored to them and read
 *        from them needs no lock while elem->keeper says that they are this CPU's. Another CPU makes one its own
 *        when the thread comes along there, under the bucket's lock. One that was set to 0 stays here, ready for
 *        the next value, and is freed when its slot is wanted or memory is short
 * @free: by class
 */
struct dtk_dyn_cpu {
	struct dtk_dyn *kept[DTK_DYN_KEPT];
	struct dtk_dyn_free free[];
};

/* A piece of memory that headers or values are cut from. Once there it stays as long as the store. */
struct dtk_dyn_extent {
	u8 *base;
	u64 size;
	u64 used;		/* under carve */
};

/* Memory of one sort. nr is published with release after extent[nr - 1] is complete. */
struct dtk_dyn_arena {
	struct dtk_dyn_extent extent[DTK_DYN_MAXEXTENTS];
	u32 nr;
	u32 wants_more;
};

/*
 * struct dtk_dynvars - the store
 * @classes: of all variables; dtk_var.class is an index
 * @cpus: for each CPU
 * @carve: lock of what arenas have handed out
 * @has_dirty: there may be dirty elements
 * @is_rinsing: the cleaner has taken dirty elements and waits for the CPUs
 * @size: of all extents; never more than max_size. Under grow_lock
 */
struct dtk_dynvars {
	struct dtk_vars *vars;
	struct dtk_dyn_head *buckets;
	u32 bucket_mask;
	u32 nr_classes;
	struct dtk_dyn_class *classes;
	struct dtk_dyn_cpu **cpus;
	struct dtk_dyn_head carve;
	struct dtk_dyn_arena headers;
	struct dtk_dyn_arena values;
	u32 has_dirty;
	u32 is_rinsing;
	u64 size;
	u64 max_size;
	struct irq_work grow_irq_work;
	struct work_struct grow_work;
	struct mutex grow_lock;
	struct mem_cgroup *memcg;	/* who pays for growing */
};

/* Process context, may sleep. create sets vars->dyn and the variables' classes. */
int dtk_dynvars_create(struct dtk_vars *vars, u64 max_size);
void dtk_dynvars_destroy(struct dtk_dynvars *dyn);
void dtk_dynvars_clean(struct dtk_dynvars *dyn);

/* The slots of one CPU for dtk_mstate.kept. */
static __always_inline struct dtk_dyn **dtk_dynvars_kept(const struct dtk_dynvars *dyn, unsigned int cpu)
{
	return dyn ? dyn->cpus[cpu]->kept : NULL;
}

/* Any context: is [addr, addr + size) inside of the store's values? */
bool dtk_dynvars_is_storage(const struct dtk_dynvars *dyn, u64 addr, u64 size);

#endif /* _DTK_DYNVAR_H */
