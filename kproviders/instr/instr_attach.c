// SPDX-License-Identifier: GPL-2.0-only
/*
 * How probes of the instr provider are armed: one hook each, in one batch. Entry points: instr_attach_*(). Context:
 * process, under the core's mutex.
 */
#include <linux/mm.h>
#include "instr.h"

static struct dtrace_hook **collect(struct dtrace_probe *const *probes, unsigned int nr, gfp_t flags)
{
	struct dtrace_hook **hooks = kvmalloc_array(nr, sizeof(*hooks), GFP_KERNEL | flags);
	unsigned int i;

	for (i = 0; hooks && i < nr; i++) {
		struct instr_probe *ip = dtrace_probe_priv(probes[i]);

		hooks[i] = &ip->hook;
	}
	return hooks;
}

int instr_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	struct dtrace_hook **hooks = collect(probes, nr, 0);
	unsigned int i;
	int refused;

	if (!hooks)
		return -ENOMEM;
	refused = dtrace_hooks_arm(hooks, nr);
	for (i = 0; refused > 0 && refused < nr && i < nr; i++) {
		if (hooks[i]->refused)
			dtrace_count_busy(probes[i], 1);
	}
	kvfree(hooks);
	if (refused < 0)
		return refused;
	return nr && refused == nr ? -ENXIO : 0;
}

void instr_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	struct dtrace_hook **hooks = collect(probes, nr, __GFP_NOFAIL);

	dtrace_hooks_disarm(hooks, nr);
	kvfree(hooks);
}
