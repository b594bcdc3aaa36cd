/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aggregations of one consumer: per-CPU hash tables inside buffers that the consumer maps.
 *
 * Each CPU has two halves. Probes on the CPU fill the active one; a switch gives it to the consumer as a
 * delta and starts with the other one empty. Elements are struct dtrace_aggrec, key, data, one after the other.
 */
#ifndef _DTK_AGG_H
#define _DTK_AGG_H

#include "area.h"
#include "os.h"
#include <dtrace/uapi.h>

struct dtk_log;
struct dtk_request;

/* A hash bucket counts only when its generation is the half's: so a switch clears all of them at once. */
struct dtk_agg_bucket {
	u32 gen;
	u32 offset;		/* of the first element, from the half's base */
};

/*
 * struct dtk_agg_recent - the element with a key that an aggregation touched last
 * @key, @data: where they are, from the half's base
 * @shape: 0 = none yet
 * @words: a key whose first so many words are the element's is its key
 */
struct dtk_agg_recent {
	u32 key;
	u32 data;
	u32 shape;
	u32 words;
};

/*
 * struct dtk_agg_half - one half of one CPU's buffer
 * @limit: bytes that are there; all of the half once the area is complete
 * @direct: data of the element without a key, for each aggregation; NULL = not there yet
 * @recent: for each aggregation
 */
struct dtk_agg_half {
	u8 *base;
	u32 used;
	u32 gen;
	u64 limit;
	u64 **direct;
	struct dtk_agg_recent *recent;
	struct dtk_agg_bucket *buckets;
};

/*
 * struct dtk_agg_cpu - one CPU's aggregations
 * @active: the half that probes fill. Changed on this CPU only, with the recursion guard held
 */
struct dtk_agg_cpu {
	struct dtk_agg_half *active;
	struct dtk_area area;
	struct dtk_agg_half half[2];
};

/*
 * struct dtk_aggs - embedded in struct dtk_state
 * @size: bytes of a half as allocated, a multiple of the page size; 0 = no aggregations
 * @cpus: indexed by CPU, NULL for CPUs that are not possible
 */
struct dtk_aggs {
	struct dtk_agg_cpu **cpus;
	struct dtrace_agg *descs;
	u64 size;
	u32 nr;
	u32 bucket_mask;
};

/* Are the request's aggregations sound? Context: process. Return: 0, or -EINVAL with the reason in @log. */
int dtk_aggs_check(const struct dtk_request *req, struct dtk_log *log);

/**
 * dtk_aggs_init - allocate the buffers
 * @aggs: zeroed; filled
 *
 * Halves the size until memory suffices unless opt.bufresize_manual; @aggs->size says what was given.
 * Nothing is allocated when the request has no aggregations.
 * Context: process, may sleep. The request was checked by dtk_progs_load().
 * Return: 0 or -ENOMEM.
 */
int dtk_aggs_init(struct dtk_aggs *aggs, const struct dtk_request *req);

/**
 * dtk_aggs_exit - undo dtk_aggs_init(); also fine on a zeroed one
 *
 * The mapping of the consumer must be gone. Context: process, may sleep; no CPU may run a program of the consumer.
 */
void dtk_aggs_exit(struct dtk_aggs *aggs);

/**
 * dtk_aggs_switch - make the other half active and say where the data of the old one is
 * @offset: out: offset in the CPU's mapped area
 * @used: out: bytes
 *
 * Context: on @cpu, or no CPU can be in a program of this consumer; interrupts off, recursion guard held.
 */
void dtk_aggs_switch(struct dtk_aggs *aggs, unsigned int cpu, u64 *offset, u64 *used);

/* One CPU's memory, which mmap shows and which may still grow; NULL = none. Context: any. */
struct dtk_area *dtk_aggs_area(const struct dtk_aggs *aggs, unsigned int cpu);

/*
 * Use the complete memory that dtk_area_grow() made for dtk_aggs_area(). Context: as dtk_aggs_switch(). Return: the old
 * view.
 */
u8 *dtk_aggs_extend(struct dtk_aggs *aggs, unsigned int cpu, u8 *view);

#endif /* _DTK_AGG_H */
