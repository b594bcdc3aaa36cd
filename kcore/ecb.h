/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Enabling control blocks: one clause on one probe for one consumer. ecb.c makes them, hangs them
 * on probes and takes them off; fire.c runs them.
 */
#ifndef _DTK_ECB_H
#define _DTK_ECB_H

#include "core.h"

struct dtk_prog;
struct dtk_state;

/**
 * struct dtk_ecb - one clause enabled on one probe for one consumer
 * @state: its consumer
 * @prog: its program
 * @probe: a reference; the probe may be DTK_PROBE_DEAD
 * @epid: 1..., per consumer
 * @prog_index: in the request
 * @is_on: in the probe's array; ops_lock
 * @solo: the probe's array when this is its only ECB: never changes; room for one entry
 */
struct dtk_ecb {
	struct dtk_state *state;
	struct dtk_prog *prog;
	struct dtrace_probe *probe;
	u32 epid;
	u32 prog_index;
	bool is_on;
	struct dtk_ecbs solo;
};
#define DTK_ECB_SIZE (sizeof(struct dtk_ecb) + sizeof(struct dtk_ecb *))

/* Stands in an array where one was taken out and there was no memory for a new array: never runs. */
extern struct dtk_ecb dtk_ecb_none;

/*
 * Make an ECB and give it the consumer's next epid. It does nothing until dtk_ecb_attach().
 * Context: ops_lock and registry_lock held. Return: 0 or -ENOMEM.
 */
int dtk_ecb_create(struct dtk_state *state, struct dtrace_probe *probe, u32 prog_index);

/**
 * dtk_ecb_attach - hang a consumer's ECBs on their probes and arm those that are not armed
 * @first: index in state->ecbs of the first new one; all from there on are taken
 *
 * Context: process, may sleep, ops_lock held. Return: 0, or a negative errno: then none of them is
 * on a probe any more and none was armed for it; the ECBs still exist: dtk_ecb_truncate().
 */
int dtk_ecb_attach(struct dtk_state *state, u32 first, struct dtk_log *log);

/* Free the consumer's ECBs from index first on; none is on a probe. Context: ops_lock held. */
void dtk_ecb_truncate(struct dtk_state *state, u32 first);

/*
 * Take the ECBs from index first on off their probes, wait until nobody runs them, disarm probes
 * that have no other. Cannot fail. Context: process, may sleep, ops_lock held. Return: number of
 * probes disarmed.
 */
u32 dtk_ecb_detach(struct dtk_state *state, u32 first);

/* Take all consumers' ECBs off these probes and disarm them. Context: as dtk_ecb_detach(). */
void dtk_ecb_detach_probes(struct dtrace_probe *const *probes, u32 nr);

#endif /* _DTK_ECB_H */
