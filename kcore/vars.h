/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Storage of D variables of one consumer: globals (vars.c), thread-local and associative ones (dynvar.c).
 *
 * Clause-local variables live in the frame and need nothing here.
 */
#ifndef _DTK_VARS_H
#define _DTK_VARS_H

#include "os.h"
#include <dtrace/uapi.h>

struct dtk_dynvars;
struct dtk_mstate;
struct dtk_request;

/* A variable as the subroutines want it. */
struct dtk_var {
	u32 kind;		/* DTRACE_VAR_* */
	u32 flags;
	u32 size;		/* bytes of the value */
	u32 shape;
	u32 key_size;		/* bytes of the key part of ASSOC and TASSOC */
	u32 class;		/* size class in the dynamic variable store */
	void *ref;		/* by-reference global: its storage */
};

/*
 * struct dtk_vars - embedded in struct dtk_state
 * @values: scalar globals, indexed by variable
 * @ref_base: one area for all by-reference globals, so that the check of D memory is one comparison
 * @dyn: NULL when the request has no dynamic variables
 */
struct dtk_vars {
	u64 *values;
	struct dtk_var *vars;
	u8 *ref_base;
	u32 ref_size;
	u32 nr;
	struct dtk_dynvars *dyn;
};

/**
 * dtk_vars_init - make the storage of all variables of a request
 * @vars: zeroed; filled
 *
 * Context: process, may sleep. The request was checked by dtk_progs_load().
 * Return: 0 or -ENOMEM.
 */
int dtk_vars_init(struct dtk_vars *vars, const struct dtk_request *req);

/**
 * dtk_vars_exit - undo dtk_vars_init(); also fine on a zeroed one
 *
 * Context: process, may sleep; no CPU may be running a program of the consumer.
 */
void dtk_vars_exit(struct dtk_vars *vars);

/**
 * dtk_vars_clean - make freed by-reference chunks usable again, and let the storage grow
 *
 * Called at the consumer's cleanrate. Waits for every CPU to leave probe context when there is anything
 * to clean. Context: process, may sleep; one caller at a time for each consumer.
 */
void dtk_vars_clean(struct dtk_vars *vars);

/*
 * May a program of this consumer write [addr, addr + size), because it is by-reference storage? The frame and the
 * scratch area are the caller's business. Context: any.
 */
bool dtk_vars_is_storage(const struct dtk_vars *vars, u64 addr, u64 size);

#endif /* _DTK_VARS_H */
