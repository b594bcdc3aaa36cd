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

/* One CPU's timer of a profile-N, or the only one of a tick-N. */
struct profile_timer {
	struct hrtimer timer;
	struct profile_probe *owner;
};

/**
 * struct profile_probe - one probe
 * @link: in struct profile.armed, while armed
 * @probe: the core's
 * @rate: parsed from its name
 * @is_armed: timers are running
 * @is_aligned: all CPUs share the grid that begins at @grid_ns
 * @grid_ns: time of arming
 * @cpus: timers of a profile-N, allocated while armed
 * @tick: timer of a tick-N
 * @tick_cpu: where it runs
 */
struct profile_probe {
	struct list_head link;
	struct dtrace_probe *probe;
	struct profile_rate rate;
	bool is_armed;
	bool is_aligned;
	u64 grid_ns;
	struct profile_timer __percpu *cpus;
	struct profile_timer tick;
	int tick_cpu;
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
