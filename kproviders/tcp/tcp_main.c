// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtrace_tcp.ko: connections, segments and states of TCP. Owns the module's state, the ops table and registration.
 * tcp_discover.c finds the kernel's functions, tcp_attach.c hooks them, tcp_hit*.c make firings of their calls,
 * tcp_fill.c collects what a firing shows.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <dtrace/steps.h>
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

static int find_hooks(void)
{
	tcpp_discover_hooks();
	return 0;
}

static int register_provider(void)
{
	tcpp.handle = dtrace_provider_register(&tcpp_provider);
	return PTR_ERR_OR_ZERO(tcpp.handle);
}

static void unregister_provider(void)
{
	WARN_ON_ONCE(dtrace_provider_unregister(tcpp.handle));
}

static int stats_init(void)
{
	dtrace_stats_add(&stats);
	return 0;
}

static void stats_exit(void)
{
	dtrace_stats_remove(&stats);
}

static const struct dtrace_step tcpp_steps[] = {
	{ tcpp_owner_init, tcpp_owner_exit },
	{ find_hooks, NULL },
	{ register_provider, unregister_provider },
	{ tcpp_discover_create, NULL },
	{ stats_init, stats_exit },
};
DTRACE_MODULE_STEPS(tcpp_steps);
MODULE_DESCRIPTION("DTrace provider tcp: connections, segments and states of TCP");
MODULE_LICENSE("GPL");
