// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtrace_syscall.ko: entry and return of every system call, of 64-bit and 32-bit programs. Owns the
 * module's state, the ops table and registration. syscall_table.c knows the calls,
 * syscall_discover.c makes probes of them, syscall_attach.c arms them.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <dtrace/steps.h>
#include "syscall.h"

struct sysc sysc;

static const struct dtrace_provider_ops sysc_ops = {
	DTRACE_PROVIDER_OPS,
	.provide = sysc_discover_provide,
	.enable = sysc_attach_enable,
	.disable = sysc_attach_disable,
	.argdesc = sysc_discover_argdesc,
	.destroy = sysc_discover_destroy,
};

static const struct dtrace_provider sysc_provider = {
	.name = "syscall",
	.ops = &sysc_ops,
	.attr = {
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_COMMON },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN },
		{ DTRACE_STABILITY_UNSTABLE, DTRACE_STABILITY_UNSTABLE, DTRACE_CLASS_ISA },
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_COMMON },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN },
	},
};

static int find_tracepoints(void)
{
	int err = sysc_attach_init();

	if (err)
		pr_err("dtrace_syscall: this kernel has no sys_enter and sys_exit tracepoints\n");
	return err;
}

static int register_provider(void)
{
	sysc.handle = dtrace_provider_register(&sysc_provider);
	return PTR_ERR_OR_ZERO(sysc.handle);
}

static void unregister_provider(void)
{
	WARN_ON_ONCE(dtrace_provider_unregister(sysc.handle));
}

static const struct dtrace_step sysc_steps[] = {
	{ find_tracepoints, NULL },
	{ sysc_discover_init, sysc_discover_exit },
	{ NULL, sysc_attach_sync },
	{ register_provider, unregister_provider },
	{ sysc_discover_create, NULL },
};
DTRACE_MODULE_STEPS(sysc_steps);
MODULE_DESCRIPTION("DTrace provider syscall: entry and return of system calls");
MODULE_LICENSE("GPL");
