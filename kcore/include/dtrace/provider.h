/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Provider ABI: what a kernel module needs to offer probes. docs/provider-abi.md is the guide.
 *
 * Life of a provider: fill a struct dtrace_provider, dtrace_provider_register(), create probes at once or
 * in ops->provide when somebody asks, arm and disarm in ops->enable and ops->disable, call dtrace_fire() when
 * a probe is hit, dtrace_provider_unregister() on module exit.
 */
#ifndef _DTRACE_PROVIDER_H
#define _DTRACE_PROVIDER_H

#include <linux/module.h>
#include <linux/types.h>
#include <linux/ptrace.h>
#include <dtrace/uapi.h>
#include <dtrace/dif.h>

#define DTRACE_PROVIDER_ABI	1u

struct dtrace_probe;		/* opaque: a probe of the registry */
struct dtrace_provider_handle;	/* opaque: a registered provider */

/**
 * struct dtrace_firing - one hit of a probe, filled by the provider, on its stack
 * @frame: the core's own; the first two members are the context window of programs (dif.h)
 * @arg: arg0..arg9. Members that the probe does not have must be 0: use DTRACE_FIRING_INIT
 * @regs: registers at the probed place, or NULL: then stack(), caller and uregs[] start at the caller
 *        of dtrace_fire()
 * @err: value of the D variable errno: a positive errno or 0
 * @flags: DTRACE_FIRING_*
 */
struct dtrace_firing {
	u64 frame;
	u64 arg[DTRACE_DIF_NR_ARGS];
	struct pt_regs *regs;
	int err;
	u32 flags;
};
#define DTRACE_FIRING_INIT	{ .frame = 0 }
#define DTRACE_FIRING_USER_REGS	0x1u	/* regs are those of user space (syscall, profile in user mode) */
#define DTRACE_FIRING_RETURN	0x2u	/* regs are at a return: the frame is gone, stack() starts at the caller */
#define DTRACE_FIRING_ENTRY	0x4u	/* regs are behind a function tracer's call: ip, sp, bp and arguments only */

/**
 * struct dtrace_provider_ops - what the core may ask of a provider
 *
 * The table only grows at its end. A module with a shorter one than the core's has the rest NULL; with a longer one it
 * is taken as long as the rest is NULL.
 *
 * @size: sizeof(struct dtrace_provider_ops) of the module's build; set by DTRACE_PROVIDER_OPS
 * @provide: create the probes that match @desc if they do not exist yet (a pattern; may be all empty, which asks for
 *	whatever a listing should show). Optional: NULL = all probes were created at registration.
 *	Context: process, may sleep, called under the registry's mutex; may call dtrace_probe_lookup() and
 *	dtrace_probe_create() only. Return: 0, or a negative errno that is reported to the user.
 * @enable: arm probes, all those of one request at once. A probe already armed is not passed again until it was
 *	disabled. From the moment a probe is armed, dtrace_fire() may be called for it.
 *	Context: process, may sleep, under the registry's mutex. Return: 0, or a negative errno: then none of
 *	them may stay armed and the request fails. -ENXIO: nothing of them can be instrumented now.
 * @disable: disarm probes, cannot fail. Called from a kernel worker some time after the consumer has left; hits
 *	in between are ignored by the core. Context: as enable.
 * @argdesc: describe typed argument desc->index of a probe (fill mapping, nr_args, native, xlate).
 *	Optional: NULL = raw arguments only. Context: as enable. Return: 0, -ENOENT past the last.
 * @getarg: value of argN for n >= 6 where that is costly (arguments on the stack). Optional: NULL = firing->arg[n].
 *	Context: probe context: no locks, no sleeping, no faults.
 * @destroy: the probe goes away; free what @priv stands for. Optional. Context: as enable.
 */
#ifndef __GENKSYMS__	/* has its own size: growing it must not change the versions of the core's exports */
struct dtrace_provider_ops {
	size_t size;
	int (*provide)(void *arg, const struct dtrace_probedesc *desc);
	int (*enable)(void *arg, struct dtrace_probe *const *probes, unsigned int nr);
	void (*disable)(void *arg, struct dtrace_probe *const *probes, unsigned int nr);
	int (*argdesc)(void *arg, struct dtrace_probe *probe, struct dtrace_argdesc *desc);
	u64 (*getarg)(void *arg, struct dtrace_probe *probe, const struct dtrace_firing *firing,
		      unsigned int n);
	void (*destroy)(void *arg, struct dtrace_probe *probe, void *priv);
};
#endif
#define DTRACE_PROVIDER_OPS	.size = sizeof(struct dtrace_provider_ops)

/* Stability of one part of a probe's name: name, data, class (values of the classic D attributes). */
struct dtrace_attr {
	u8 name;
	u8 data;
	u8 class;
};
#define DTRACE_STABILITY_INTERNAL	0
#define DTRACE_STABILITY_PRIVATE	1
#define DTRACE_STABILITY_OBSOLETE	2
#define DTRACE_STABILITY_EXTERNAL	3
#define DTRACE_STABILITY_UNSTABLE	4
#define DTRACE_STABILITY_EVOLVING	5
#define DTRACE_STABILITY_STABLE		6
#define DTRACE_STABILITY_STANDARD	7
#define DTRACE_CLASS_UNKNOWN		0
#define DTRACE_CLASS_CPU		1
#define DTRACE_CLASS_PLATFORM		2
#define DTRACE_CLASS_GROUP		3
#define DTRACE_CLASS_ISA		4
#define DTRACE_CLASS_COMMON		5

/**
 * struct dtrace_provider - what is registered; static const in the module
 * @name: first part of the probes' names; letters, digits, _ and -, not ending in a digit
 * @ops: see above
 * @attr: provider, module, function, name, args
 * @arg: passed to every op
 */
struct dtrace_provider {
	const char *name;
	const struct dtrace_provider_ops *ops;
	struct dtrace_attr attr[5];
	void *arg;
};

/**
 * dtrace_provider_register - add a provider
 *
 * Context: process, may sleep. From here on ops->provide may be called, before this returns too.
 * Return: the handle, or ERR_PTR: -EINVAL (name, ops), -EEXIST (name taken), -EPROTO (another ABI, or ops that
 * this core does not know), -EDEADLK (called by an op), -EINTR (killed while waiting for somebody's request), -ENOMEM.
 * All but the last two are explained in the kernel's log.
 */
#define dtrace_provider_register(prov)                                                             \
	__dtrace_provider_register(prov, THIS_MODULE, DTRACE_PROVIDER_ABI)
struct dtrace_provider_handle *__dtrace_provider_register(const struct dtrace_provider *prov,
							  struct module *owner, u32 abi);

/**
 * dtrace_provider_unregister - remove a provider and all its probes
 *
 * Waits for pending disables and for every CPU to leave probe context. The core holds a reference on the module
 * while any of its probes is enabled, so module exit cannot come too early. While the module's init still runs, enabled
 * probes are disabled first, so that init may fail at any point. A module that leaves without unregistering is
 * reported in the kernel's log, and its providers are removed without calling it.
 * Context: process, may sleep; not from an op.
 * Return: 0, or -EBUSY while probes are enabled (nothing is changed), -ENOENT (not registered), -EDEADLK (called by
 * an op).
 */
int dtrace_provider_unregister(struct dtrace_provider_handle *handle);

/**
 * dtrace_probe_create - add one probe
 * @mod, @func, @name: parts of its name, copied; may be ""
 * @flags: DTRACE_PROBE_* of uapi.h
 * @priv: the provider's own, see dtrace_probe_priv()
 *
 * Context: process, may sleep, from ops->provide or outside any op.
 * Return: the probe, or ERR_PTR: -EEXIST, -ENAMETOOLONG, -EINVAL (no handle, or a part is NULL or holds a colon, a
 * blank or a control character), -ENODEV (the provider is not registered), -ENOMEM.
 */
struct dtrace_probe *dtrace_probe_create(struct dtrace_provider_handle *handle, const char *mod,
					 const char *func, const char *name, u32 flags, void *priv);

/**
 * dtrace_probe_lookup - find a probe of this provider by its exact name
 * Context: process, may sleep. Return: the probe or NULL.
 */
struct dtrace_probe *dtrace_probe_lookup(struct dtrace_provider_handle *handle, const char *mod,
					 const char *func, const char *name);

/**
 * dtrace_probe_destroy - remove probes of this provider for good (their module is going away)
 * Enabled ones are disabled first: consumers keep running without them.
 * Context: process, may sleep, not from an op.
 */
void dtrace_probe_destroy(struct dtrace_provider_handle *handle, struct dtrace_probe *const *probes,
			  unsigned int nr);

/* The provider's own pointer and the id of a probe. Context: any. */
void *dtrace_probe_priv(const struct dtrace_probe *probe);
u32 dtrace_probe_id(const struct dtrace_probe *probe);

/**
 * dtrace_fire - a probe was hit
 *
 * Runs every enabled clause of the probe, in order. Cheap when nothing is enabled.
 * Context: any, NMI included (there a hit may be refused and is counted as a loss). Preemption may be on.
 */
void dtrace_fire(struct dtrace_probe *probe, struct dtrace_firing *firing);

/**
 * dtrace_probe_wants_align - did a consumer of this probe ask for aligned CPUs (option profalign)?
 * Context: ops->enable only.
 */
bool dtrace_probe_wants_align(const struct dtrace_probe *probe);

/**
 * dtrace_count_missed - a timer provider skipped firings because it was late
 * Counted in the missed_ticks of every consumer that has the probe enabled. Context: any.
 */
void dtrace_count_missed(struct dtrace_probe *probe, u64 nr);

/**
 * dtrace_count_busy - places of a probe that could not be instrumented
 * Counted in the busy_sites of every consumer that has the probe enabled. Context: ops->enable.
 */
void dtrace_count_busy(struct dtrace_probe *probe, u64 nr);

/**
 * dtrace_provider_changed - there may be more probes than ops->provide has made so far (a module was loaded)
 * Asks provide again for every description that consumers have enabled, and arms what matches, before it returns.
 * Context: process, may sleep, not from an op.
 */
void dtrace_provider_changed(struct dtrace_provider_handle *handle);

/**
 * dtrace_op_pause - a chance for others, in an op that does something many times
 *
 * To be called every few milliseconds of work by provide and enable, and by what they call. It lets other tasks run,
 * and tells whether the user who asked has been killed: then the op undoes what it has begun and returns that.
 * Context: process, may sleep; in a thread that helps the op's it only lets others run.
 * Return: 0 or -EINTR.
 */
int dtrace_op_pause(void);

/* How far an op is, for who waits for it: so many of so many places. Context: as dtrace_op_pause(). */
void dtrace_op_progress(u32 done, u32 total);

/*
 * Not 0 while anybody wants to hear of hits: consumers that run, and hooks that are called always (patch.h). A
 * provider whose hits cost something before dtrace_fire() may look at it first. Context: any.
 */
extern atomic_t dtrace_hits_wanted;

/* Does a name match one part of a description: empty = any, a shell pattern, or the name itself? Context: any. */
bool dtrace_name_matches(const char *pattern, const char *name);
/* Can it match more than one name? Context: any. */
bool dtrace_name_is_pattern(const char *pattern);

/* ---- /proc/dtrace ---- */

struct seq_file;
struct seq_operations;

/**
 * struct dtrace_stats_source - lines that a module adds to /proc/dtrace/stats
 * @show: called in process context, may sleep
 */
struct dtrace_stats_source {
	struct list_head link;
	void (*show)(struct seq_file *m);
};
void dtrace_stats_add(struct dtrace_stats_source *source);
void dtrace_stats_remove(struct dtrace_stats_source *source);

/*
 * A file /proc/dtrace/<name>, for those who may trace. Return: 0 or -ENOMEM. Context: process; module init and exit.
 */
int dtrace_proc_add(const char *name, const struct seq_operations *ops);
void dtrace_proc_remove(const char *name);

/* May the running process trace? For files of a module's own. Return: 0, -EPERM. Context: process. */
int dtrace_may_trace(void);
/* May it be shown addresses of the kernel (sysctl kernel.kptr_restrict)? Context: process. */
bool dtrace_addresses_are_shown(void);

#endif /* _DTRACE_PROVIDER_H */
