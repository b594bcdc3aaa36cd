// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which probes the profile provider has: a few presets, so that a listing shows something, and
 * whatever rate is asked for by name. Entry points: profile_discover_*(). Process context, under
 * the core's mutex.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "profile.h"

/*
 * A probe once created stays until the module goes: bound what a runaway script can leave behind.
 */
#define MAX_PROBES	4096u

static const char *const presets[] = {
	"profile-97", "profile-199", "profile-499", "profile-997", "profile-1999", "profile-4001",
	"profile-4999", "tick-1", "tick-10", "tick-100", "tick-500", "tick-1000", "tick-5000",
};

/* Create the probe of this name unless there can be none. */
static int create_probe(const char *name)
{
	struct profile_rate rate;
	struct profile_probe *p;

	if (!profile_rate_parse(name, &rate))
		return 0;	/* no such probe: the core says that nothing matches */
	if (dtrace_probe_lookup(profile.handle, "", "", name))
		return 0;
	if (profile.nr_probes >= MAX_PROBES)
		return -ENOSPC;
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return -ENOMEM;
	INIT_LIST_HEAD(&p->link);
	p->rate = rate;
	p->probe = dtrace_probe_create(profile.handle, "", "", name, 0, p);
	if (IS_ERR(p->probe)) {
		int err = PTR_ERR(p->probe);

		kfree(p);
		return err == -EEXIST ? 0 : err;
	}
	profile.nr_probes++;
	return 0;
}

int profile_discover_presets(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(presets); i++) {
		int err = create_probe(presets[i]);

		if (err)
			return err;
	}
	return 0;
}

/* Does this part of a pattern match the empty string? Ours have no module and no function. */
static bool matches_empty(const char *pattern)
{
	return !pattern[strspn(pattern, "*")];
}

int profile_discover_provide(void *arg, const struct dtrace_probedesc *desc)
{
	/* The core may ask while dtrace_provider_register() has not returned yet. */
	if (!profile.handle || !matches_empty(desc->mod) || !matches_empty(desc->func))
		return 0;
	/* A glob asks for what there is; every rate there could be is too many. */
	return create_probe(desc->name);
}

int profile_discover_argdesc(void *arg, struct dtrace_probe *probe, struct dtrace_argdesc *desc)
{
	static const char *const types[] = { "uintptr_t", "uintptr_t", "uint64_t" };
	const struct profile_probe *p = dtrace_probe_priv(probe);

	desc->nr_args = p->rate.is_tick ? 2 : 3;
	if (desc->index >= desc->nr_args)
		return -ENOENT;
	desc->mapping = desc->index;
	strscpy(desc->native, types[desc->index], sizeof(desc->native));
	return 0;
}

void profile_discover_destroy(void *arg, struct dtrace_probe *probe, void *priv)
{
	profile.nr_probes--;
	kfree(priv);
}
