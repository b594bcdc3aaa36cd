// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aggregations: per-CPU hash tables inside buffers that the consumer maps.
 *
 * Entry points: the AGG subroutine (probe context) and agg.h (process context; the switch on the buffer's
 * CPU). No locks: a CPU's table is touched by that CPU only, with interrupts off and the recursion guard held.
 */
#include "agg.h"
#include "key.h"
#include "quant.h"
#include "subr.h"

#define NO_ELEMENT	U32_MAX		/* end of a hash chain */
#define FIRST_BYTES	(128u << 10)	/* what a half begins with */

/* dtrace_aggrec.hash_next: offset of the next element in the chain, and the upper half of the hash. */
static u64 chain_word(u32 next, u64 hash)
{
	return next | (hash & 0xffffffff00000000ull);
}

static struct dtk_agg_half *active_half(const struct dtk_mstate *ms)
{
	return ms->state->aggs.cpus[ms->cpu]->active;
}

/* An element's data, or NULL: there was no room for it. */
struct element {
	u64 *data;
	bool is_new;
};

/* Make the element; its data is zero. NULL when the half is full. */
static noinline u64 *add_element(struct dtk_mstate *ms, struct dtk_agg_half *half, u32 agg, u32 shape_index,
				 const u64 *key, u64 chain)
{
	const struct dtk_shape *shape = &ms->state->progs.shapes[shape_index];
	u32 data_size = ms->state->aggs.descs[agg].data_size;
	u64 size = sizeof(struct dtrace_aggrec) + shape->size + data_size;
	struct dtrace_aggrec *rec;
	u64 *data;
	u32 i;

	if (!dtk_charge(ms, DTK_COST_CLEAR(size)))
		return NULL;
	if (size > half->limit - half->used) {
		dtk_count(ms, agg_drops);
		return NULL;
	}
	rec = (struct dtrace_aggrec *)(half->base + half->used);
	half->used += size;
	rec->size = size;
	rec->agg = agg;
	rec->shape = shape_index;
	rec->reserved = 0;
	rec->hash_next = chain;
	dtk_key_copy(shape, (u64 *)(rec + 1), key);
	data = (u64 *)((u8 *)(rec + 1) + shape->size);
	for (i = 0; i < data_size / 8; i++)
		data[i] = 0;
	return data;
}
NOKPROBE_SYMBOL(add_element);

static noinline u64 *add_direct(struct dtk_mstate *ms, struct dtk_agg_half *half, u32 agg)
{
	u64 *data = add_element(ms, half, agg, 0, NULL, chain_word(NO_ELEMENT, 0));

	half->direct[agg] = data;
	return data;
}
NOKPROBE_SYMBOL(add_direct);

/* Data of the element without a key. */
static __always_inline struct element find_direct(struct dtk_mstate *ms, u32 agg)
{
	struct dtk_agg_half *half = active_half(ms);
	u64 *data = half->direct[agg];

	if (likely(data))
		return (struct element){ .data = data };
	return (struct element){ .data = add_direct(ms, half, agg), .is_new = true };
}

/* The next firing on this CPU often has the same key: one process, one call, one function again and again. */
static __always_inline void remember(struct dtk_agg_half *half, u32 agg, const struct dtk_shape *shape,
				     u32 shape_index, u32 offset)
{
	u32 key = offset + sizeof(struct dtrace_aggrec);
	u32 words = dtk_key_words(shape, (const u64 *)(half->base + key));

	if (words)
		half->recent[agg] = (struct dtk_agg_recent){ key, key + shape->size, shape_index, words };
}

/* By the hash table; made if it is not there. */
static noinline struct element find_hashed(struct dtk_mstate *ms, u32 agg, const u64 *key, u32 shape_index)
{
	const struct dtk_shape *shape = &ms->state->progs.shapes[shape_index];
	struct dtk_agg_half *half = active_half(ms);
	u64 hash = dtk_key_hash(shape, key, dtk_hash_word(shape_index, agg));
	struct dtk_agg_bucket *bucket = &half->buckets[hash & ms->state->aggs.bucket_mask];
	u32 first = bucket->gen == half->gen ? bucket->offset : NO_ELEMENT;
	u32 offset = first;
	u32 here;
	u64 *data;

	while (offset != NO_ELEMENT) {
		struct dtrace_aggrec *rec = (struct dtrace_aggrec *)(half->base + offset);

		here = offset;
		offset = (u32)rec->hash_next;
		if (rec->hash_next >> 32 != hash >> 32 || rec->agg != agg || rec->shape != shape_index ||
		    !dtk_key_is_same(shape, key, (const u64 *)(rec + 1))) {
			if (!dtk_charge(ms, DTK_COST_LINK))
				return (struct element){ .data = NULL };
			continue;
		}
		remember(half, agg, shape, shape_index, here);
		return (struct element){ .data = (u64 *)((u8 *)(rec + 1) + shape->size) };
	}
	here = half->used;
	data = add_element(ms, half, agg, shape_index, key, chain_word(first, hash));
	if (data) {
		bucket->gen = half->gen;
		bucket->offset = here;
		remember(half, agg, shape, shape_index, here);
	}
	return (struct element){ .data = data, .is_new = true };
}
NOKPROBE_SYMBOL(find_hashed);

/* Data of the element with a key. */
static __always_inline struct element find_keyed(struct dtk_mstate *ms, u32 agg, const u64 *key, u32 shape_index)
{
	struct dtk_agg_half *half = active_half(ms);
	const struct dtk_agg_recent *recent = &half->recent[agg];
	const u64 *same = (const u64 *)(half->base + recent->key);
	u32 i, words = recent->words;

	if (recent->shape != shape_index)
		return find_hashed(ms, agg, key, shape_index);
	for (i = 0; i < words; i++)
		if (key[i] != same[i])
			return find_hashed(ms, agg, key, shape_index);
	return (struct element){ .data = (u64 *)(half->base + recent->data) };
}

/* ---- what each function does to an element ---- */

static __always_inline void update_count(const struct dtrace_agg *agg, u64 *data, s64 value, s64 incr, bool is_new)
{
	data[0]++;
}

static __always_inline void update_sum(const struct dtrace_agg *agg, u64 *data, s64 value, s64 incr, bool is_new)
{
	data[0] += value;
}

static __always_inline void update_min(const struct dtrace_agg *agg, u64 *data, s64 value, s64 incr, bool is_new)
{
	if (is_new || value < (s64)data[0])
		data[0] = value;
}

static __always_inline void update_max(const struct dtrace_agg *agg, u64 *data, s64 value, s64 incr, bool is_new)
{
	if (is_new || value > (s64)data[0])
		data[0] = value;
}

static __always_inline void update_avg(const struct dtrace_agg *agg, u64 *data, s64 value, s64 incr, bool is_new)
{
	data[0]++;
	data[1] += value;
}

static __always_inline void update_stddev(const struct dtrace_agg *agg, u64 *data, s64 value, s64 incr, bool is_new)
{
	unsigned __int128 square = (unsigned __int128)((__int128)value * value);
	u64 low = (u64)square;

	data[0]++;
	data[1] += value;
	data[2] += low;
	data[3] += (u64)(square >> 64) + (data[2] < low);
}

static __always_inline void update_quantize(const struct dtrace_agg *agg, u64 *data, s64 value, s64 incr, bool is_new)
{
	data[dtk_quantize(value)] += incr;
}

static __always_inline void update_lquantize(const struct dtrace_agg *agg, u64 *data, s64 value, s64 incr, bool is_new)
{
	data[dtk_lquantize(agg, value)] += incr;
}

static __always_inline void update_llquantize(const struct dtrace_agg *agg, u64 *data, s64 value, s64 incr,
					      bool is_new)
{
	data[dtk_llquantize(agg, value)] += incr;
}

#define AGG_FUNCS(X)                                                                               \
	X(COUNT, count)                                                                            \
	X(SUM, sum)                                                                                \
	X(MIN, min)                                                                                \
	X(MAX, max)                                                                                \
	X(AVG, avg)                                                                                \
	X(STDDEV, stddev)                                                                          \
	X(QUANTIZE, quantize)                                                                      \
	X(LQUANTIZE, lquantize)                                                                    \
	X(LLQUANTIZE, llquantize)

/* Two forms of AGG for each function: without a key and with one. Arguments as AGG's. */
#define X(NAME, name)                                                                              \
	static u64 agg_direct_##name(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                       \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
		struct element elem = find_direct(ms, a1);                                         \
                                                                                                   \
		if (likely(elem.data))                                                             \
			update_##name(&ms->state->aggs.descs[a1], elem.data, a4, a5, elem.is_new); \
		return 0;                                                                          \
	}                                                                                          \
	NOKPROBE_SYMBOL(agg_direct_##name);                                                        \
                                                                                                   \
	static u64 agg_keyed_##name(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                        \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
		struct element elem = find_keyed(ms, a1, (const u64 *)(uintptr_t)a2, a3);          \
                                                                                                   \
		if (likely(elem.data))                                                             \
			update_##name(&ms->state->aggs.descs[a1], elem.data, a4, a5, elem.is_new); \
		return 0;                                                                          \
	}                                                                                          \
	NOKPROBE_SYMBOL(agg_keyed_##name);
AGG_FUNCS(X)
#undef X

static const struct {
	dtk_subr_fn direct;
	dtk_subr_fn keyed;
} agg_table[] = {
#define X(NAME, name) [DTRACE_AGG_##NAME] = { agg_direct_##name, agg_keyed_##name },
	AGG_FUNCS(X)
#undef X
};

dtk_subr_fn dtk_agg_link(u32 func, u64 shape)
{
	if (func >= ARRAY_SIZE(agg_table))
		return NULL;
	return shape ? agg_table[func].keyed : agg_table[func].direct;
}

/* The general form, for calls that were not linked to one of the above. */
u64 dtk_subr_AGG(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	return dtk_agg_link(ms->state->aggs.descs[a1].func, a3)(a1, a2, a3, a4, a5);
}
NOKPROBE_SYMBOL(dtk_subr_AGG);

/* ---- set-up and switching ---- */

int dtk_aggs_check(const struct dtk_request *req, struct dtk_log *log)
{
	const char *why;
	u32 i;

	for (i = 0; i < req->nr_aggs; i++) {
		why = dtk_quant_check(&req->aggs[i]);
		if (!why)
			continue;
		dtk_log_printf(log, "aggregation %u: %s\n", i, why);
		return -EINVAL;
	}
	return 0;
}

static void free_cpu(struct dtk_agg_cpu *cpu)
{
	u32 h;

	if (!cpu)
		return;
	dtk_area_exit(&cpu->area);
	for (h = 0; h < 2; h++) {
		kvfree(cpu->half[h].buckets);
		kvfree(cpu->half[h].direct);
		kvfree(cpu->half[h].recent);
	}
	kfree(cpu);
}

static void set_view(struct dtk_agg_cpu *cpu)
{
	u32 h;

	for (h = 0; h < 2; h++) {
		cpu->half[h].base = dtk_area_half(&cpu->area, h);
		cpu->half[h].limit = cpu->area.ready;
	}
}

static struct dtk_agg_cpu *alloc_cpu(const struct dtk_aggs *aggs, u64 first, unsigned int cpu)
{
	struct dtk_agg_cpu *new = kzalloc(sizeof(*new), DTK_GFP);
	u32 h;

	if (!new)
		return NULL;
	if (dtk_area_init(&new->area, aggs->size, 2, first, cpu_to_node(cpu)))
		goto err_free;
	set_view(new);
	for (h = 0; h < 2; h++) {
		struct dtk_agg_half *half = &new->half[h];

		half->gen = 1;
		half->buckets = kvcalloc(aggs->bucket_mask + 1, sizeof(*half->buckets), DTK_GFP);
		half->direct = kvcalloc(aggs->nr, sizeof(*half->direct), DTK_GFP);
		half->recent = kvcalloc(aggs->nr, sizeof(*half->recent), DTK_GFP);
		if (!half->buckets || !half->direct || !half->recent)
			goto err_free;
	}
	new->active = &new->half[0];
	return new;
err_free:
	free_cpu(new);
	return NULL;
}

static void free_cpus(struct dtk_aggs *aggs)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		free_cpu(aggs->cpus[cpu]);
		aggs->cpus[cpu] = NULL;
	}
}

static int alloc_cpus(struct dtk_aggs *aggs, u64 first)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		aggs->cpus[cpu] = alloc_cpu(aggs, first, cpu);
		if (aggs->cpus[cpu])
			continue;
		free_cpus(aggs);
		return -ENOMEM;
	}
	return 0;
}

/* Bytes of a half to begin with: many times the largest element. */
static u64 first_bytes(const struct dtk_request *req)
{
	u64 key = 0, data = 0;
	u32 i;

	if (req->opt.bufresize_manual)
		return U64_MAX - PAGE_SIZE;
	for (i = 0; i < req->nr_shapes; i++)
		key = max(key, (u64)req->shapes[i].size);
	for (i = 0; i < req->nr_aggs; i++)
		data = max(data, (u64)req->aggs[i].data_size);
	return FIRST_BYTES + 16 * (key + data);
}

int dtk_aggs_init(struct dtk_aggs *aggs, const struct dtk_request *req)
{
	u64 size = req->opt.aggsize;
	int err = -ENOMEM;

	if (!req->nr_aggs)
		return 0;
	aggs->nr = req->nr_aggs;
	aggs->descs = req->aggs;
	aggs->cpus = kvcalloc(nr_cpu_ids, sizeof(*aggs->cpus), DTK_GFP);
	if (!aggs->cpus)
		return -ENOMEM;
	/* Offsets are 32 bits wide, and NO_ELEMENT is not one of them. */
	if (size > 1ull << 31)
		size = 1ull << 31;
	size = size < PAGE_SIZE ? PAGE_SIZE : size & ~((u64)PAGE_SIZE - 1);
	for (;;) {
		aggs->size = size;
		aggs->bucket_mask = clamp_t(u64, roundup_pow_of_two(size / 256), 64, 65536) - 1;
		err = dtk_mem_can(2 * size * num_possible_cpus()) ? alloc_cpus(aggs, first_bytes(req)) :
								    -ENOMEM;
		if (!err || req->opt.bufresize_manual || size == PAGE_SIZE)
			break;
		size = (size / 2 + PAGE_SIZE - 1) & ~((u64)PAGE_SIZE - 1);
	}
	if (err)
		dtk_aggs_exit(aggs);
	return err;
}

void dtk_aggs_exit(struct dtk_aggs *aggs)
{
	if (aggs->cpus)
		free_cpus(aggs);
	kvfree(aggs->cpus);
	memset(aggs, 0, sizeof(*aggs));
}

void dtk_aggs_switch(struct dtk_aggs *aggs, unsigned int cpu, u64 *offset, u64 *used)
{
	struct dtk_agg_cpu *agg_cpu = aggs->cpus ? aggs->cpus[cpu] : NULL;
	struct dtk_agg_half *old, *new;

	*offset = 0;
	*used = 0;
	if (!agg_cpu)
		return;
	old = agg_cpu->active;
	new = old == &agg_cpu->half[0] ? &agg_cpu->half[1] : &agg_cpu->half[0];
	new->used = 0;
	if (!++new->gen) {
		memset(new->buckets, 0, (aggs->bucket_mask + 1) * sizeof(*new->buckets));
		new->gen = 1;
	}
	memset(new->direct, 0, aggs->nr * sizeof(*new->direct));
	memset(new->recent, 0, aggs->nr * sizeof(*new->recent));
	agg_cpu->active = new;
	*offset = old == &agg_cpu->half[0] ? 0 : aggs->size;
	*used = old->used;
}

struct dtk_area *dtk_aggs_area(const struct dtk_aggs *aggs, unsigned int cpu)
{
	return aggs->cpus && cpu < nr_cpu_ids && aggs->cpus[cpu] ? &aggs->cpus[cpu]->area : NULL;
}

u8 *dtk_aggs_extend(struct dtk_aggs *aggs, unsigned int cpu, u8 *view)
{
	struct dtk_agg_cpu *agg_cpu = aggs->cpus[cpu];
	u8 *old_base[2] = { agg_cpu->half[0].base, agg_cpu->half[1].base };
	u8 *old = dtk_area_install(&agg_cpu->area, view);
	u32 h, i;

	set_view(agg_cpu);
	/* Offsets in hash chains stay; addresses of elements without a key move along. */
	for (h = 0; h < 2; h++) {
		struct dtk_agg_half *half = &agg_cpu->half[h];

		for (i = 0; i < aggs->nr; i++) {
			if (half->direct[i])
				half->direct[i] = (u64 *)(half->base + ((u8 *)half->direct[i] - old_base[h]));
		}
	}
	return old;
}
