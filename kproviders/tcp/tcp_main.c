// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtrace_tcp.ko: connections, segments and states of TCP. Owns the module's state, the ops table and registration.
 * tcp_discover.c finds the kernel's functions, tcp_attach.c hooks them, tcp_hit*.c make firings of their calls,
 * tcp_fill.c collects what a firing shows.
 */
#include <linux/err.h>
#include <linux/module.h>
#include "tcp.h"

struct tcpp tcpp;

static const struct dtrace_provider_ops tcpp_ops = {
	DTRACE_PROVIDER_OPS,
	.enable = tcpp_attach_enable,
	.disable = tcpp_attach_disable,
	.argdesc = tcpp_discover_argdesc,
};

static const struct dtrace_provider tcpp_provider = {
	.name = "tcp",
	.ops = &tcpp_ops,
	.attr = {
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_ISA },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN },
		{ DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN },
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_ISA },
		{ DTRACE_STABILITY_EVOLVING, DTRACE_STABILITY_EVOLVING, DTRACE_CLASS_ISA },
	},
};

static struct dtrace_stats_source stats = { .show = tcpp_discover_show };

static int __init tcpp_init(void)
{
	int err = tcpp_owner_init();

	if (err)
		return err;
	tcpp_discover_hooks();
	tcpp.handle = dtrace_provider_register(&tcpp_provider);
	if (IS_ERR(tcpp.handle)) {
		err = PTR_ERR(tcpp.handle);
		goto err_owner;
	}
	err = tcpp_discover_create();
	if (err)
		goto err_register;
	dtrace_stats_add(&stats);
	return 0;

err_register:
	dtrace_provider_unregister(tcpp.handle);
err_owner:
	tcpp_owner_exit();
	return err;
}

static void __exit tcpp_exit(void)
{
	dtrace_stats_remove(&stats);
	WARN_ON_ONCE(dtrace_provider_unregister(tcpp.handle));
	tcpp_owner_exit();
}

module_init(tcpp_init);
module_exit(tcpp_exit);
MODULE_DESCRIPTION("DTrace provider tcp: connections, segments and states of TCP");
MODULE_LICENSE("GPL");
