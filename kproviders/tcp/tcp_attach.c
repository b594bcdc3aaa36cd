// SPDX-License-Identifier: GPL-2.0-only
/*
 * How probes of the tcp provider are armed: the functions that any armed probe needs are hooked, in one batch, and
 * no others. Entry points: tcpp_attach_*(). Context: process, under the core's mutex.
 */
#include <linux/tracepoint.h>
#include "tcp.h"

static u32 places_of(u32 probes)
{
	u32 places = 0, i;

	for (i = 0; i < TCPP_NR_PROBES; i++) {
		if (probes & BIT(i))
			places |= tcpp_probes[i].places;
	}
	return places;
}

static bool is_traced_for(u32 probes)
{
	return probes & BIT(TCPP_STATE_CHANGE);
}

static void disarm_places(u32 places)
{
	struct dtrace_hook *hooks[TCPP_NR_PLACES];
	u32 p, nr = 0;

	for (p = 0; p < TCPP_NR_PLACES; p++) {
		if (!(places & BIT(p)) || !tcpp.hooks[p].is_armed)
			continue;
		hooks[nr++] = &tcpp.hooks[p].hook;
		tcpp.hooks[p].is_armed = false;
	}
	if (nr)
		dtrace_hooks_disarm(hooks, nr);
}

static int arm_places(u32 places)
{
	struct dtrace_hook *hooks[TCPP_NR_PLACES];
	u32 p, nr = 0, armed = 0;
	int err;

	for (p = 0; p < TCPP_NR_PLACES; p++) {
		struct tcpp_hook *hook = &tcpp.hooks[p];

		if (!(places & BIT(p)) || hook->is_armed || hook->refusal[0])
			continue;
		hooks[nr++] = &hook->hook;
		armed |= BIT(p);
	}
	if (!nr)
		return 0;
	err = dtrace_hooks_arm(hooks, nr);
	if (err < 0)
		return err;
	for (p = 0; p < TCPP_NR_PLACES; p++) {
		if (!(armed & BIT(p)))
			continue;
		tcpp.hooks[p].is_armed = true;
		/* Without one that tells owners only, some are not known. */
		if (tcpp.hooks[p].hook.refused && tcpp_places[p].kind == TCPP_OWNER)
			err--;
	}
	if (!err)
		return 0;
	disarm_places(armed);
	return -ENXIO;
}

static void trace(bool is_wanted)
{
	if (is_wanted == tcpp.is_traced)
		return;
	if (!is_wanted) {
		WARN_ON_ONCE(tracepoint_probe_unregister(tcpp.tracepoint, tcpp_hit_state, NULL));
		tracepoint_synchronize_unregister();
		tcpp.is_traced = false;
	} else {
		tcpp.is_traced = !tracepoint_probe_register(tcpp.tracepoint, tcpp_hit_state, NULL);
	}
}

static u32 bits_of(struct dtrace_probe *const *probes, unsigned int nr)
{
	u32 bits = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		bits |= BIT((unsigned long)dtrace_probe_priv(probes[i]));
	return bits;
}

static void set_armed(u32 armed)
{
	/* Read by hits, which may see it late. */
	WRITE_ONCE(tcpp.armed, armed);
}

int tcpp_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	u32 before = tcpp.armed, armed = before | bits_of(probes, nr);
	int err;

	set_armed(armed);
	err = arm_places(places_of(armed));
	if (!err) {
		trace(is_traced_for(armed));
		if (is_traced_for(armed) && !tcpp.is_traced)
			err = -ENOMEM;
	}
	if (err) {
		set_armed(before);
		disarm_places(places_of(armed) & ~places_of(before));
		return err;
	}
	/* New sockets tell by themselves from here on. */
	if (!before)
		tcpp_scan_sockets();
	return 0;
}

void tcpp_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	u32 before = tcpp.armed, armed = before & ~bits_of(probes, nr);

	set_armed(armed);
	trace(is_traced_for(armed));
	disarm_places(places_of(before) & ~places_of(armed));
}
