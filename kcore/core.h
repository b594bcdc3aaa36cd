/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The core: registry of providers and probes, the list of consumers, and the lock order.
 *
 * Everything hangs off the one struct dtk_core. state.h describes one consumer, mstate.h one
 * running clause. The files: provider.c, probe.c, match.c (registry), state.c, enabling.c, ecb.c
 * (consumers), request.c, fire.c (the hot path), buffer.c, ctl.c, ctl_read.c, proc.c, trace.c,
 * vtime.c, mem.c, sync.c.
 *
 * Lock order, outermost first:
 *
 *   dtk_state.lock          mutex; one ioctl at a time on one descriptor
 *   dtk_core.ops_lock       mutex; every call of a provider op, every change of probe->ecbs, the
 *   list of
 *                           consumers, ECBs and enablings of every consumer
 *   dtk_core.registry_lock  mutex; providers, probes, names, hash tables, ids; may be taken alone
 *   cpus_read_lock()        taken by dtk_sync_probes() and by providers inside ops. So a provider's
 *   CPU
 *                           hotplug callback must call nothing of the core that takes a mutex
 *   dtk_state.clean_lock    mutex; cleaning of a consumer's variables and speculations
 *   dtk_state.epid_lock     mutex; a consumer's epid table
 *   dtk_core.mem.lock       spinlock, irqs on; what all consumers have of the machine's memory
 *   dtk_core.reap_lock      spinlock, irqs on; consumers waiting for the worker that disarms their
 *   probes
 *
 * Probe context takes none of them. It runs with interrupts off behind a per-CPU guard, reads
 * probe->ecbs once, and everything it can reach stays allocated until dtk_sync_probes() has
 * returned after the last reference was removed. That call is one IPI to every CPU: an IPI is not
 * delivered inside probe context, and an NMI that fires probes ends before the CPU takes the IPI.
 */
#ifndef _DTK_CORE_H
#define _DTK_CORE_H

#include "os.h"
#include <dtrace/provider.h>
#include "mstate.h"

struct dtk_state;
struct dtk_ecb;
struct dtk_log;

/* ---- names: interned strings, shared by probes (match.c caches results in them) ---- */

/**
 * struct dtk_name - one part of a probe's name, stored once however many probes have it
 * @next: next in the hash bucket
 * @probes: probes with this name as their function part, chained by dtrace_probe.func_next
 * @refs: users; under registry_lock
 * @hash: of the string
 * @stamp: which matching run cached @matched (see dtk_match_name())
 * @matched: result of that run, one bit for each part (module, function, name)
 */
struct dtk_name {
	struct dtk_name *next;
	struct dtrace_probe *probes;
	u32 refs;
	u32 hash;
	u32 stamp;
	u16 len;
	u8 known;
	u8 matched;
	char str[];
};

/* ---- probes ---- */

#define DTK_PROBE_ARMED		0x1u	/* ops->enable was called, ops->disable not yet */
#define DTK_PROBE_DEAD		0x2u	/* out of the registry; lives on for the ECBs that name it */
#define DTK_PROBE_QUEUED	0x4u	/* in the batch being armed or disarmed */
#define DTK_PROBE_ALIGN		0x8u	/* a consumer with option profalign has it enabled */

/**
 * struct dtk_ecbs - what a firing runs, in order; appended to, otherwise replaced as a whole
 * @nr: number of ECBs; grows while there is room, and is written after the new one
 * @cap: room; 0 = part of the only ECB, not allocated by itself
 * @ecb: the ECBs; those of one consumer are neighbours
 */
struct dtk_ecbs {
	struct dtk_ecbs *next_free;	/* replaced arrays that wait for dtk_sync_probes() */
	u32 nr;
	u32 cap;
	struct dtk_ecb *ecb[];
};

/**
 * struct dtrace_probe - a probe of the registry
 * @ecbs: NULL = nothing enabled: the only word that an idle firing looks at. Written under ops_lock, read in probe
 *	context with READ_ONCE
 * @prov: its provider; a reference
 * @priv: the provider's own
 * @mod, @func, @name: references to interned names
 * @hash_next: next in the bucket of the exact-name table; registry_lock
 * @func_next: next probe with the same function part; registry_lock
 * @id: 1..., not reused
 * @refs: registry and ECBs; registry_lock
 * @state: DTK_PROBE_*; ops_lock
 * @flags: DTRACE_PROBE_* of uapi.h
 * @filter: of all its ECBs, if they have the same: DTRACE_FILTER() of uapi.h. 0 = the programs have to be asked.
 *	Written as @ecbs
 */
#ifndef __GENKSYMS__	/* nobody else's business: changes must not change the versions of exports */
struct dtrace_probe {
	struct dtk_ecbs *ecbs;
	struct dtrace_provider_handle *prov;
	void *priv;
	struct dtk_name *mod;
	struct dtk_name *func;
	struct dtk_name *name;
	struct dtrace_probe *hash_next;
	struct dtrace_probe *func_next;
	u32 id;
	u32 refs;
	u16 state;
	u16 flags;
	u32 filter;
};
#endif

/**
 * struct dtrace_provider_handle - a registered provider
 * @link: in dtk_core.providers; registry_lock
 * @ops: copy of the provider's table, members its build does not know are NULL; not touched once
 * @is_dead
 * @arg: passed to every op
 * @owner: its module; referenced while @nr_armed is not 0
 * @nr_probes: probes in the registry; registry_lock
 * @nr_armed: probes armed; ops_lock
 * @refs: registry and probes; registry_lock
 * @min_id, @max_id: ids of its probes lie in between; registry_lock
 * @is_dead: unregistered
 * @attr: stability of provider, module, function, name, args
 */
#ifndef __GENKSYMS__	/* as above */
struct dtrace_provider_handle {
	struct list_head link;
	struct dtrace_provider_ops ops;
	void *arg;
	struct module *owner;
	u32 nr_probes;
	u32 nr_armed;
	u32 refs;
	u32 min_id;
	u32 max_id;
	bool is_dead;
	struct dtrace_attr attr[5];
	char name[DTRACE_PROVNAMELEN];
};
#endif

/* Probe ids are found through chunks of pointers, so that ids need not be reused. */
#define DTK_ID_CHUNK	512u

struct dtk_id_chunk {
	u32 nr_used;
	struct dtrace_probe *probe[DTK_ID_CHUNK];
};

/**
 * struct dtk_registry - providers, probes and names; everything under registry_lock
 */
struct dtk_registry {
	struct list_head providers;
	struct dtk_id_chunk **chunks;
	u32 nr_chunks;
	u32 next_id;
	u32 nr_probes;
	u32 nr_names;
	struct dtk_name **name_table;	/* name_mask + 1 buckets */
	u32 name_mask;
	struct dtrace_probe **probe_table;	/* exact name; probe_mask + 1 buckets */
	u32 probe_mask;
	u32 match_stamp;		/* of the last matching run, see match.c */
	struct kmem_cache *probe_cache;
	struct dtk_name *last[3];	/* module, function and name of the probe made last; NULL */
};

/**
 * struct dtk_mem - what all consumers together have
 * @max_bytes: the most they may have
 * @used: reserved
 * @pending: of that, not taken from the machine yet
 */
struct dtk_mem {
	spinlock_t lock;
	u64 max_bytes;
	u64 used;
	u64 pending;
};

/**
 * struct dtk_core - the whole core
 */
struct dtk_core {
	struct mutex ops_lock;
	struct mutex registry_lock;
	struct dtk_registry reg;

	struct list_head states;	/* dtk_state.link; ops_lock */
	struct delayed_work retained_work;	/* match new probes with the enablings there are */
	struct delayed_work deadman_work;
	u32 nr_states;			/* consumers with an enabling; ops_lock */
	u32 next_state;			/* number of the next consumer; ops_lock */
	struct kmem_cache *ecb_cache;

	spinlock_t reap_lock;
	struct list_head reap_list;	/* dtk_state.reap_link */
	struct delayed_work reap_work;
	struct workqueue_struct *wq;

	struct task_struct *op_task;	/* runs an op of a provider, see dtk_op_begin() */
	/* A user's request, see dtk_op_lock(); written under ops_lock, read by anybody */
	struct task_struct *user_task;	/* holds ops_lock for it */
	u32 user_number;		/* of the consumer; 0 = none */
	u32 user_phase;			/* DTRACE_PHASE_x */
	u64 user_progress;		/* how many << 32 | of them done */
	struct dtrace_provider_handle *self;	/* provider "dtrace" */
	struct dtrace_probe *begin;
	struct dtrace_probe *end;
	struct dtrace_probe *error;

	u32 vtime_users;	/* consumers that read vtimestamp; ops_lock */
	u64 max_bytes;		/* most that one consumer may allocate at once; set at load */
	struct dtk_mem mem;
};

extern struct dtk_core dtk_core;

/* core.c. dtk_core_exit(): no descriptor is open, no provider but the core's own is registered. */
int dtk_core_init(void);
void dtk_core_exit(void);

/* ---- provider.c ---- */

/*
 * Lets providers create what matches the pattern. Return: errno of a provider that the pattern names
 * exactly, or 0.
 */
int dtk_provider_provide(const struct dtrace_probedesc *desc);
/* Arm or disarm probes, one provider op for each provider. Context: ops_lock held. */
int dtk_provider_arm(struct dtrace_probe **probes, u32 nr, struct dtk_log *log);
void dtk_provider_disarm(struct dtrace_probe **probes, u32 nr);
/* Drop one reference. Context: registry_lock held. */
void dtk_provider_put(struct dtrace_provider_handle *handle);
/* Fill infos, at most room. Return: how many there are. Context: process. */
u32 dtk_provider_list(struct dtrace_provider_info *infos, u32 room);
/* Is it registered? The handle is compared only, it may be anything. Context: registry_lock held. */
bool dtk_provider_is_listed(const struct dtrace_provider_handle *handle);
/* A module has left: providers that it forgot are removed, without calling it. Context: process. */
void dtk_provider_owner_gone(struct module *owner);

/* ---- provider_check.c ---- */

/* May this be registered? Return: 0, -EINVAL, -EPROTO, -EDEADLK; why is in the kernel's log. Context: process. */
int dtk_provider_check(const struct dtrace_provider *prov, struct module *owner, u32 abi);
/* Can it be a part of a probe's name? */
bool dtk_name_part_is_valid(const char *part);
/* Name of a provider's module for messages. */
const char *dtk_owner_name(struct module *owner);
/* Does the module's init still run? */
bool dtk_owner_is_starting(struct module *owner);

/* ---- op.c ---- */

/* Around every call of an op. Context: ops_lock held. */
void dtk_op_begin(void);
void dtk_op_end(void);
/* What an op returned: 0 or a negative errno; anything else is reported and becomes -EINVAL. */
int dtk_op_result(const struct dtrace_provider_handle *handle, const char *op, int result);
/* Called by an op itself? It would wait for ops_lock for ever. Reported, true = refuse. Context: process. */
bool dtk_op_refuses(const char *function);
/*
 * ops_lock for what a user has asked for: from here on dtrace_op_pause() tells when the user is gone. Return: 0 or
 * -EINTR, killed while waiting. Context: process.
 */
int dtk_op_lock(struct dtk_state *state);
void dtk_op_unlock(void);
/* What is being done for the user. Context: ops_lock held. */
void dtk_op_phase(u32 phase);
/* How far a consumer's request is; NULL: whoever's. Context: any, no lock. */
void dtk_op_tell(const struct dtk_state *state, struct dtrace_progress *progress);

/* ---- probe.c ---- */

int dtk_registry_init(struct dtk_registry *reg);
void dtk_registry_exit(struct dtk_registry *reg);
/* By id, without a reference; NULL = none. Context: registry_lock held. */
struct dtrace_probe *dtk_probe_by_id(struct dtk_registry *reg, u32 id);
/* Find an interned string without making it. Context: registry_lock held. */
struct dtk_name *dtk_name_find(struct dtk_registry *reg, const char *str);
/* References of ECBs. Context: dtk_probe_get: registry_lock held; dtk_probe_put: not held. */
void dtk_probe_get(struct dtrace_probe *probe);
void dtk_probe_put(struct dtrace_probe *probe);
/* Take a probe out of the registry; frees it with the last reference. Under registry_lock. */
void dtk_probe_remove(struct dtk_registry *reg, struct dtrace_probe *probe);
/* The four names, the id and the flags. Context: the caller keeps the probe alive. */
void dtk_probe_describe(const struct dtrace_probe *probe, struct dtrace_probedesc *desc);

/* ---- fire.c ---- */

/**
 * struct dtk_cpu - per-CPU state of probe processing
 * @busy: a probe is being processed: the recursion guard
 * @is_timed: time in probes is measured, because a consumer reads vtimestamp
 * @either: both at once, so that a firing tests one word
 * @refused: firings that the guard refused, all consumers
 */
struct dtk_cpu {
	union {
		struct {
			u32 busy;
			u32 is_timed;
		};
		u64 either;
	};
	u64 refused;
};
DECLARE_PER_CPU(struct dtk_cpu, dtk_cpus);

/* Fire a probe for one consumer only (BEGIN, END). Context: process. Return: the CPU it ran on. */
unsigned int dtk_fire_for(struct dtrace_probe *probe, struct dtrace_firing *firing,
			  struct dtk_state *only);
/* Drop what this CPU remembers of the consumer that ran last. Context: irqs off, no probe runs. */
void dtk_mstate_forget(void);
/* IPI handlers that change what probe context uses hold the guard, so that an NMI is refused. */
void dtk_guard_enter(void);
void dtk_guard_exit(void);

/* ---- vtime.c ---- */

/*
 * Time that probes took from a thread, kept while a consumer reads vtimestamp: charged to current
 * at the end of each firing; vtimestamp subtracts it. Context: probe context.
 */
void dtk_vtime_charge(u64 ns);
/* A consumer that reads vtimestamp comes (1) or goes (-1). Context: ops_lock held. */
void dtk_vtime_use(int change);
u64 dtk_vtime_charged(void);

/* ---- sync.c ---- */

/* Wait until every CPU has left the probe context it may be in. Context: process, may sleep. */
void dtk_sync_probes(void);
/*
 * Call fn where no probe of the CPU can be running: on it, in an IPI; for one that is offline, here. Interrupts are off
 * in it, and the CPU neither comes nor goes meanwhile. Context: process, may sleep.
 */
void dtk_call_on(unsigned int cpu, void (*fn)(void *), void *arg);

/* ---- mem.c ---- */

/*
 * For whatever a user's request makes larger: fails, with nothing in the log, rather than have somebody killed, and is
 * charged to the user's control group.
 */
#define DTK_GFP	(GFP_KERNEL | __GFP_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN)

void dtk_mem_init(struct dtk_mem *mem);
/*
 * Promise memory to a consumer; so much of it is taken @later. Context: process. Return: false = more than all may
 * have together, or than the machine can give and still be well.
 */
bool dtk_mem_reserve(u64 bytes, u64 later);
/* So much of what was to come later was taken, or never will be. */
void dtk_mem_settle(u64 bytes);
/* Nobody has it any more. later: the part that was never settled. */
void dtk_mem_return(u64 bytes, u64 later);
/* Would dtk_mem_reserve() succeed now? */
bool dtk_mem_can(u64 bytes);

/*
 * Reserved memory for a consumer: zeroed, NULL = refused. node may be NUMA_NO_NODE. Context: process, may sleep.
 */
void *dtk_mem_zalloc(size_t bytes, int node);
void dtk_mem_free(void *mem, size_t bytes);

/* ---- trace.c: the core's own ring log, /proc/dtrace/trace ---- */

enum dtk_trace_event {
	DTK_TRACE_LOAD,		/* core loaded */
	DTK_TRACE_PROVIDER,	/* a: 1 registered, 0 gone; b: number of probes */
	DTK_TRACE_OPEN,		/* a: consumer */
	DTK_TRACE_ENABLE,	/* a: consumer, b: ECBs */
	DTK_TRACE_REFUSE,	/* a: consumer, b: errno of a refused request */
	DTK_TRACE_GO,		/* a: consumer */
	DTK_TRACE_STOP,		/* a: consumer */
	DTK_TRACE_EXIT,		/* a: consumer, b: status */
	DTK_TRACE_CLOSE,	/* a: consumer */
	DTK_TRACE_REAPED,	/* a: consumer, b: probes disarmed */
	DTK_TRACE_KILL,		/* a: consumer; deadman */
	DTK_TRACE_FAULT,	/* a: epid, b: fault << 32 | site */
	DTK_TRACE_RECURSION,	/* a: probe id, b: of the probe being processed */
	DTK_TRACE_RETAINED,	/* a: new probes looked at, b: ECBs made */
	DTK_TRACE_MAX
};
/* Context: any, NMI included. */
void dtk_trace(enum dtk_trace_event event, u64 a, u64 b);

#endif /* _DTK_CORE_H */
