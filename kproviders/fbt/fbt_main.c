// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtrace_fbt.ko: entry and return of every function of the kernel and its modules. Owns the module's state, the ops
 * table and registration.
 */
#include <linux/err.h>
#include <linux/module.h>
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

static int __init fbt_init(void)
{
	int err = dtrace_text_register(&fbt.client);

	if (err)
		return err;
	fbt.handle = dtrace_provider_register(&fbt_provider);
	if (IS_ERR(fbt.handle))
		err = PTR_ERR(fbt.handle);
	else
		err = fbt_proc_init();
	if (err)
		dtrace_text_unregister(&fbt.client, leave);
	return err;
}

static void __exit fbt_exit(void)
{
	fbt_proc_exit();
	dtrace_text_unregister(&fbt.client, leave);
}

module_init(fbt_init);
module_exit(fbt_exit);
MODULE_DESCRIPTION("DTrace provider fbt: entry and return of kernel functions");
MODULE_LICENSE("GPL");
