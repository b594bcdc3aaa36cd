// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtrace_instr.ko: any instruction of a kernel function. Owns the module's state, the ops table and registration.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
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

static int __init instr_init(void)
{
	int err = dtrace_text_register(&instr.client);

	if (err)
		return err;
	instr.handle = dtrace_provider_register(&instr_provider);
	if (IS_ERR(instr.handle))
		err = PTR_ERR(instr.handle);
	else
		err = instr_proc_init();
	if (err)
		dtrace_text_unregister(&instr.client, leave);
	return err;
}

static void __exit instr_exit(void)
{
	instr_proc_exit();
	dtrace_text_unregister(&instr.client, leave);
}

module_init(instr_init);
module_exit(instr_exit);
MODULE_DESCRIPTION("DTrace provider instr: instructions of kernel functions");
MODULE_LICENSE("GPL");
