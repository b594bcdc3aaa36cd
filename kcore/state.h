/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One consumer: an open /dev/dtrace. Its request, programs, storage, buffers, ECBs and counters.
 */
#ifndef _DTK_STATE_H
#define _DTK_STATE_H

#include "core.h"
#include "enabling.h"
#include "buffer.h"
#include "ecb.h"
#include "prog.h"
#include "vars.h"
#include "agg.h"
#include "spec.h"

/*
 * What a consumer's probes may do. Read in probe context once per ECB; any value but ACTIVE takes
 * the slow way (dtk_state_lets()). exit() moves WARMUP and ACTIVE to DRAINING.
 */
enum dtk_activity {
	DTK_ACTIVE = 0,
	DTK_ACTIVE_ONE_CPU,	/* option cpu: active, but only on dtk_state.only_cpu */
	DTK_INACTIVE,		/* before GO */
	DTK_WARMUP,		/* BEGIN runs; nothing else fires */
	DTK_DRAINING,		/* exit() was called: nothing fires until STOP */
	DTK_COOLDOWN,		/* END runs */
	DTK_STOPPED,
	DTK_KILLED,		/* by the deadman */
	DTK_CLOSED,		/* the descriptor is gone; the reaper owns the rest */
};

/* Losses and firings of one consumer on one CPU. Plain u64, bumped with irqs off (this_cpu_inc for NMI). */
struct dtk_counters {
	u64 dyn_drops;
	u64 dyn_dirty_drops;
	u64 dyn_rinsing_drops;
	u64 agg_drops;
	u64 spec_drops;
	u64 spec_busy;
	u64 spec_unavail;
	u64 error_drops;
	u64 recursion_drops;
	u64 nmi_drops;
	u64 missed_ticks;
	u64 stack_drops;
	u64 other_drops;
	u64 firings;
	u64 busy_sites;
	u64 budget_faults;
	u64 budget_skips;
};

/**
 * struct dtk_state_cpu - one consumer on one CPU
 * @frame: what r7 holds: frame_size bytes, then the scratch area of scratch_size bytes
 * @error_frame: the same for clauses of ERROR; NULL when the consumer has none
 */
struct dtk_state_cpu {
	struct dtk_buffer buf;
	u8 *frame;
	u8 *error_frame;
	struct dtk_counters count;
};

#define DTK_EXIT_SET	(1ull << 32)

/**
 * struct dtk_state - one consumer
 * @activity: enum dtk_activity
 * @pcpu: per-CPU part
 */
struct dtk_state {
	/* read in probe context */
	u32 activity;
	u32 only_cpu;		/* DTRACE_ALL_CPUS or the one CPU that counts */
	struct dtk_state_cpu __percpu *pcpu;
	u32 local_offset;
	u32 local_size;
	u32 frame_size;
	u32 scratch_size;
	u32 strsize;
	u32 work_limit;		/* of one firing: see dtk_charge() */
	u32 bufpolicy;
	struct dtk_request *req;
	struct dtk_progs progs;
	struct dtk_vars vars;
	struct dtk_aggs aggs;
	struct dtk_specs specs;

	/* written in probe context */
	struct irq_work wake;		/* dtk_state_wake() */
	wait_queue_head_t waitq;
	u64 exit_word;			/* 0, or DTK_EXIT_SET | status of exit() */
	u32 is_filled;			/* fill: some buffer is full */

	/* slow paths */
	struct mutex lock;
	struct mutex epid_lock;
	struct list_head link;		/* dtk_core.states; ops_lock */
	struct list_head reap_link;
	struct completion *reaped;	/* the closing task, if it still waits; dtk_core.reap_lock */
	struct dtk_ecb **ecbs;		/* by epid - 1; changed under ops_lock and epid_lock */
	u32 nr_ecbs;
	u32 cap_ecbs;
	u32 number;			/* of the consumer, for the log */
	u32 seen_id;			/* probes up to this id have been matched; ops_lock */
	bool has_version;		/* the handshake was made */
	bool is_admins;			/* who opened it may use destructive actions */
	bool is_waiting;		/* for ops_lock: see dtk_op_lock() */
	bool is_enabled;
	bool wants_vtime;
	bool is_running;		/* counted in dtrace_hits_wanted */
	bool is_destructive;
	u64 alive_ns;			/* last sign of life of the consumer */
	u32 killed_by;			/* DTRACE_KILLED_*, with activity DTK_KILLED */
	u32 nr_strikes;			/* looks of the deadman, without a break, that saw it overspend */
	u64 nr_overspent;		/* budget_faults at the last look */
	struct mem_cgroup *memcg;	/* who pays for what workers allocate */
	u32 nr_short;			/* buffers that did not get their full size */
	u64 end_reserve;		/* bytes kept in every buffer for END's records */
	struct work_struct grow_work;	/* completes buffers that began small */
	struct delayed_work clean_work;	/* variables and speculations, at cleanrate */
	struct mutex clean_lock;	/* inside lock: one cleaner at a time */
	unsigned long clean_jiffies;
};

static inline struct dtk_state_cpu *dtk_state_this_cpu(struct dtk_state *state)
{
	return this_cpu_ptr(state->pcpu);
}

/* Counters of the consumer that runs now. Context: probe context. */
#define dtk_count(ms, field) (dtk_state_this_cpu((ms)->state)->count.field++)

/* Consumers: state.c. Context: process, may sleep. */
/* Return: the consumer, or ERR_PTR: -EINTR (killed while waiting), -ENOMEM. */
struct dtk_state *dtk_state_create(void);
/*
 * Makes storage, frames and buffers of a consumer whose programs are loaded; sizes that were
 * reduced are in req->opt. Undone by dtk_state_destroy() or dtk_state_unstore(). Context:
 * state->lock held. Return: 0 or -ENOMEM.
 */
int dtk_state_store(struct dtk_state *state, struct dtk_log *log);
void dtk_state_unstore(struct dtk_state *state);
/* Free everything. No CPU may run a program of it, no ECB may be on a probe. */
void dtk_state_destroy(struct dtk_state *state);
/*
 * The descriptor is closed: nothing fires for this consumer when this returns; disarming and
 * freeing is the reaper's. Waits for the reaper for a moment, so that small consumers are all gone.
 */
void dtk_state_close(struct dtk_state *state);
/* Start and stop: run BEGIN, END. Context: state->lock held. Return: 0 or -EBUSY (wrong order). */
int dtk_state_go(struct dtk_state *state, u32 *cpu);
int dtk_state_stop(struct dtk_state *state, u32 *cpu);
/* Work items of dtk_core: see main.c. */
void dtk_state_reap(struct work_struct *work);
void dtk_state_deadman(struct work_struct *work);

/* exit(): Context: probe context. */
void dtk_state_exit(struct dtk_state *state, s32 status);
/* Wake the consumer's poll(). Context: any, NMI included. */
void dtk_state_wake(struct dtk_state *state);

/**
 * dtk_record_write - put a record into this CPU's principal buffer
 * @hdr: epid, probe_id, prog, flags, time; size and seq are filled in
 * @payload, @bytes: what follows the header; multiple of 8
 * Context: probe context or guard held. Return: false if it was dropped (counted).
 */
bool dtk_record_write(struct dtk_state *state, struct dtrace_rec *hdr, const void *payload, u32 bytes);

#endif /* _DTK_STATE_H */
