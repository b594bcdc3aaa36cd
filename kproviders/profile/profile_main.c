// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtrace_profile.ko: probes that fire at a fixed rate. Owns the module's state, the ops table and
 * registration. profile_discover.c knows which probes exist, profile_attach.c how one is armed.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <dtrace/steps.h>
#include "profile.h"

struct profile profile = {
	.lock = __MUTEX_INITIALIZER(profile.lock),
	.armed = LIST_HEAD_INIT(profile.armed),
};

static const struct dtrace_provider_ops profile_ops = {
	DTRACE_PROVIDER_OPS,
	.provide = profile_discover_provide,
	.enable = profile_attach_enable,
	.disable = profile_attach_disable,
	.argdesc = profile_discover_argdesc,
	.destroy = profile_discover_destroy,
};

static const struct dtrace_provider profile_provider = {
	.name = "profile",
	.ops = &profile_ops,
	.attr = {
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_COMMON },
		{ DTRACE_STABILITY_UNSTABLE, DTRACE_STABILITY_UNSTABLE, DTRACE_CLASS_UNKNOWN },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN },
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_COMMON },
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_COMMON },
	},
};

static int register_provider(void)
{
	profile.handle = dtrace_provider_register(&profile_provider);
	return PTR_ERR_OR_ZERO(profile.handle);
}

static void unregister_provider(void)
{
	WARN_ON_ONCE(dtrace_provider_unregister(profile.handle));
}

static const struct dtrace_step profile_steps[] = {
	{ profile_attach_init, profile_attach_exit },
	{ register_provider, unregister_provider },
	{ profile_discover_presets, NULL },
};
DTRACE_MODULE_STEPS(profile_steps);
MODULE_DESCRIPTION("DTrace provider profile: probes that fire at a fixed rate");
MODULE_LICENSE("GPL");
