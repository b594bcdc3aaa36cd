// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtrace_fbt.ko: entry and return of every function of the kernel and its modules. Owns the module's state, the ops
 * table and registration.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <dtrace/steps.h>
#include "fbt.h"

struct fbt fbt = {
	.client = {
		.coming = fbt_discover_coming,
		.going = fbt_discover_going,
	},
};

static const struct dtrace_provider_ops fbt_ops = {
	DTRACE_PROVIDER_OPS,
	.provide = fbt_discover_provide,
	.enable = fbt_attach_enable,
	.disable = fbt_attach_disable,
	.getarg = fbt_hit_getarg,
	.destroy = fbt_discover_destroy,
};

static const struct dtrace_provider fbt_provider = {
	.name = "fbt",
	.ops = &fbt_ops,
	.attr = {
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_COMMON },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN },
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_COMMON },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_ISA },
	},
};

static int drop_image(struct dtrace_image *image, void *unused)
{
	fbt_discover_drop(image);
	return 0;
}

/* Context: no module comes or goes. */
static void leave(void)
{
	if (!IS_ERR_OR_NULL(fbt.handle))
		WARN_ON_ONCE(dtrace_provider_unregister(fbt.handle));
	fbt_returns_ahead_stop();
	dtrace_images_walk(drop_image, NULL);
}

static int join(void)
{
	return dtrace_text_register(&fbt.client);
}

static void part(void)
{
	dtrace_text_unregister(&fbt.client, leave);
}

static int register_provider(void)
{
	fbt.handle = dtrace_provider_register(&fbt_provider);
	return PTR_ERR_OR_ZERO(fbt.handle);
}

/* The provider is unregistered by leave(), when no module comes or goes. */
static const struct dtrace_step fbt_steps[] = {
	{ join, part },
	{ register_provider, NULL },
	{ fbt_proc_init, fbt_proc_exit },
};
DTRACE_MODULE_STEPS(fbt_steps);
MODULE_DESCRIPTION("DTrace provider fbt: entry and return of kernel functions");
MODULE_LICENSE("GPL");
