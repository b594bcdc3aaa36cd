/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The syscall provider: what its files share. Everything here changes under the core's mutex only;
 * the hot path reads struct sysc_slots and the chains behind it.
 */
#ifndef _SYSCALL_H
#define _SYSCALL_H

#include <linux/tracepoint.h>
#include <dtrace/provider.h>
#include "syscall_table.h"

/**
 * struct sysc_probe - one probe
 * @probe: the core's
 * @next: another probe of the same call and side: an alias. A chain only grows, at its end, and is
 *	freed as a whole, so probe context may follow it without a lock. It fires every member: the
 *	core ignores those not enabled
 * @head: first of the chain: the one with the call's own name
 * @call: which call
 * @nr_armed: in the head: how many of the chain are armed
 * @is_return: return rather than entry
 * @is_alias: allocated by itself
 */
struct sysc_probe {
	struct dtrace_probe *probe;
	struct sysc_probe *next;
	struct sysc_probe *head;
	const struct sysc_call *call;
	unsigned int nr_armed;
	bool is_return;
	bool is_alias;
};

/*
 * What to fire, by number: 0 = nothing is armed, a struct dtrace_probe, or, for a call with
 * aliases, the head of its chain with SYSC_SLOT_CHAIN added. A number that is in no table has an
 * empty slot. The sizes are powers of two, so that a mask keeps mispredicted loads inside, too.
 */
struct sysc_slots {
	unsigned long x64[SYSC_SLOTS];
	unsigned long ia32[SYSC_SLOTS];
	unsigned long x32[SYSC_NR_X32];
};
#define SYSC_SLOT_CHAIN	1ul

/* One side of all calls: entry or return. */
struct sysc_side {
	struct sysc_slots slots;
	struct tracepoint *tracepoint;
	unsigned int nr_armed;
};

/**
 * struct sysc - the module's state
 * @handle: our registration
 * @sides: entry, return
 * @probes: two for each call of sysc_calls: entry, return
 * @is_stale: probe context may still hold a chain that was taken out of its slot
 */
struct sysc {
	struct dtrace_provider_handle *handle;
	struct sysc_side sides[2];
	struct sysc_probe *probes;
	bool is_stale;
};

extern struct sysc sysc;

/* syscall_discover.c: what probes there are. See struct dtrace_provider_ops for the ops. */
int sysc_discover_init(void);
void sysc_discover_exit(void);
int sysc_discover_create(void);
int sysc_discover_provide(void *arg, const struct dtrace_probedesc *desc);
int sysc_discover_argdesc(void *arg, struct dtrace_probe *probe, struct dtrace_argdesc *desc);
void sysc_discover_destroy(void *arg, struct dtrace_probe *probe, void *priv);

/* syscall_attach.c: how one is armed. */
int sysc_attach_init(void);
void sysc_attach_update(struct sysc_probe *head);
void sysc_attach_sync(void);
int sysc_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);
void sysc_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);

#endif /* _SYSCALL_H */
