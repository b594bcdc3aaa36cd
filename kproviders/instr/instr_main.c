// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtrace_instr.ko: any instruction of a kernel function. Owns the module's state, the ops table and registration.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <dtrace/steps.h>
#include "instr.h"

struct instr instr = {
	.client = {
		.coming = instr_discover_coming,
		.going = instr_discover_going,
	},
};

/* Types of arg0 to arg4. */
static const char *const arg_types[] = { "uintptr_t", "uint64_t", "uintptr_t", "int", "int" };

static int instr_argdesc(void *arg, struct dtrace_probe *probe, struct dtrace_argdesc *desc)
{
	desc->nr_args = ARRAY_SIZE(arg_types);
	if (desc->index >= desc->nr_args)
		return -ENOENT;
	desc->mapping = desc->index;
	strscpy(desc->native, arg_types[desc->index], sizeof(desc->native));
	return 0;
}

static const struct dtrace_provider_ops instr_ops = {
	DTRACE_PROVIDER_OPS,
	.provide = instr_discover_provide,
	.enable = instr_attach_enable,
	.disable = instr_attach_disable,
	.argdesc = instr_argdesc,
	.destroy = instr_discover_destroy,
};

static const struct dtrace_provider instr_provider = {
	.name = "instr",
	.ops = &instr_ops,
	.attr = {
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_ISA },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_ISA },
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_ISA },
	},
};

static int drop_image(struct dtrace_image *image, void *unused)
{
	kfree(instr_image(image));
	image->priv[instr.client.slot] = NULL;
	return 0;
}

/* Context: no module comes or goes. */
static void leave(void)
{
	if (!IS_ERR_OR_NULL(instr.handle))
		WARN_ON_ONCE(dtrace_provider_unregister(instr.handle));
	dtrace_images_walk(drop_image, NULL);
}

static int join(void)
{
	return dtrace_text_register(&instr.client);
}

static void part(void)
{
	dtrace_text_unregister(&instr.client, leave);
}

static int register_provider(void)
{
	instr.handle = dtrace_provider_register(&instr_provider);
	return PTR_ERR_OR_ZERO(instr.handle);
}

/* The provider is unregistered by leave(), when no module comes or goes. */
static const struct dtrace_step instr_steps[] = {
	{ join, part },
	{ register_provider, NULL },
	{ instr_proc_init, instr_proc_exit },
};
DTRACE_MODULE_STEPS(instr_steps);
MODULE_DESCRIPTION("DTrace provider instr: instructions of kernel functions");
MODULE_LICENSE("GPL");
