/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Speculations of one consumer: their states and per-CPU buffers.
 *
 * speculate() makes the clause's record go to a speculation instead of the principal buffer; commit() copies the
 * committing CPU's part at once and the other CPUs' parts at the next dtk_specs_clean().
 */
#ifndef _DTK_SPEC_H
#define _DTK_SPEC_H

#include "os.h"
#include <dtrace/uapi.h>

struct dtk_mstate;
struct dtk_request;
struct dtk_state;

/* States. ACTIVE: no data yet; ONE: data on one CPU; MANY: data on more than one CPU. */
enum dtk_spec_state {
	DTK_SPEC_INACTIVE,
	DTK_SPEC_ACTIVE,
	DTK_SPEC_ACTIVE_ONE,
	DTK_SPEC_ACTIVE_MANY,
	DTK_SPEC_COMMITTING,		/* a CPU copies its own data, the only data */
	DTK_SPEC_COMMITTING_MANY,	/* other CPUs' data is copied by dtk_specs_clean() */
	DTK_SPEC_DISCARDING,		/* data of all CPUs is dropped by dtk_specs_clean() */
};

/* mstate.spec after speculate() with an id that stands for no speculation: the record is dropped silently. */
#define DTK_SPEC_NOWHERE U32_MAX

struct dtk_spec_buf {
	u8 *data;
	u32 used;
};

struct dtk_spec {
	atomic_t word;			/* enum dtk_spec_state in the low 8 bits; CPU of ONE above them */
	struct dtk_spec_buf *bufs;	/* indexed by CPU */
};

/* struct dtk_specs - embedded in struct dtk_state; nr = 0 when no program speculates */
struct dtk_specs {
	struct dtk_spec *specs;
	u32 nr;
	u32 size;			/* bytes per CPU and speculation */
};

/**
 * dtk_specs_init - allocate nspec speculations
 * @uses: dtk_progs.uses: nothing is allocated unless DTK_USES_SPEC is set
 *
 * Context: process, may sleep. Return: 0 or -ENOMEM.
 */
int dtk_specs_init(struct dtk_specs *specs, const struct dtk_request *req, u32 uses);

/**
 * dtk_specs_exit - undo dtk_specs_init(); also fine on a zeroed one
 *
 * Context: process, may sleep; no CPU may run a program of the consumer.
 */
void dtk_specs_exit(struct dtk_specs *specs);

/**
 * dtk_specs_write - keep a clause's record in speculation ms->spec
 * @rec: header, complete but for seq, which is given at commit
 * @payload: rec->size - sizeof(*rec) bytes
 *
 * A record of an id that is not active any more is dropped silently, one that does not fit is counted in spec_drops.
 * Context: probe context.
 */
void dtk_specs_write(struct dtk_mstate *ms, const struct dtrace_rec *rec, const void *payload);

/**
 * dtk_specs_clean - finish commits and discards that concern other CPUs
 *
 * Called at the consumer's cleanrate, and once after the last probe could fire so that nothing committed is lost.
 * Context: process, may sleep; one caller at a time for each consumer.
 */
void dtk_specs_clean(struct dtk_state *state);

#endif /* _DTK_SPEC_H */
