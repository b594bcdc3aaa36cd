/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The profile provider: what its files share.
 *
 * Locks: the core calls every op under its own mutex; inside it, profile_attach.c takes
 * cpus_read_lock(), then struct profile.lock. The CPU hotplug callbacks come in with the hotplug
 * lock held and take only the last.
 */
#ifndef _PROFILE_H
#define _PROFILE_H

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <dtrace/provider.h>
#include "profile_rate.h"

struct profile_probe;

/**
 * struct profile_timer - a timer on one CPU
 * @phase_ns: how long after each grid point it expires
 */
struct profile_timer {
	struct hrtimer timer;
	struct profile_probe *owner;
	u64 phase_ns;
};

/*
 * A tick-N has a timer on one CPU, and, when it is fast, a second one on another CPU that comes a
 * little later and finds nothing to do unless the first is held up.
 */
#define PROFILE_TICK_FIRST	0
#define PROFILE_TICK_BACKUP	1
#define PROFILE_TICK_TIMERS	2

/**
 * struct profile_probe - one probe
 * @link: in struct profile.armed, while armed
 * @probe: the core's
 * @rate: parsed from its name
 * @is_armed: timers are running
 * @is_aligned: profile-N: all CPUs share the grid that begins at @grid_ns
 * @grid_ns: time of arming
 * @last_point: tick-N: the last grid point that fired; the grid begins at 0
 * @is_firing: tick-N: one of its timers is in the clauses; what it wrote is seen by whoever finds 0
 * @cpus: timers of a profile-N, allocated while armed
 * @tick: timers of a tick-N
 * @tick_cpu: where they run; -1 = stopped
 */
struct profile_probe {
	struct list_head link;
	struct dtrace_probe *probe;
	struct profile_rate rate;
	bool is_armed;
	bool is_aligned;
	u64 grid_ns;
	atomic64_t last_point;
	atomic_t is_firing;
	struct profile_timer __percpu *cpus;
	struct profile_timer tick[PROFILE_TICK_TIMERS];
	int tick_cpu[PROFILE_TICK_TIMERS];
};

/**
 * struct profile - the module's state
 * @handle: our registration
 * @nr_probes: probes created; under the core's mutex
 * @lock: protects @armed and everything in the probes that arming changes
 * @armed: struct profile_probe.link
 * @hotplug_state: what cpuhp_setup_state() gave us
 */
struct profile {
	struct dtrace_provider_handle *handle;
	unsigned int nr_probes;
	struct mutex lock;
	struct list_head armed;
	int hotplug_state;
};

extern struct profile profile;

/* profile_discover.c: what probes there are. See struct dtrace_provider_ops for the ops. */
int profile_discover_presets(void);
int profile_discover_provide(void *arg, const struct dtrace_probedesc *desc);
int profile_discover_argdesc(void *arg, struct dtrace_probe *probe, struct dtrace_argdesc *desc);
void profile_discover_destroy(void *arg, struct dtrace_probe *probe, void *priv);

/* profile_attach.c: how one is armed. */
int profile_attach_init(void);
void profile_attach_exit(void);
int profile_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);
void profile_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);

#endif /* _PROFILE_H */
