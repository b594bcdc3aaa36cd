// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading of dtrace.ko: the parts are brought up in order and taken down in reverse.
 */
#include <dtrace/steps.h>
#include "core.h"
#include "ctl.h"

static unsigned long max_memory_mb;
module_param(max_memory_mb, ulong, 0444);
MODULE_PARM_DESC(max_memory_mb, "what all consumers together may have, in MiB (0 = half of the machine's memory)");

/* A module that registered a provider may leave, or fail to start, without a word. */
static int on_module_event(struct notifier_block *block, unsigned long event, void *module)
{
	if (event == MODULE_STATE_GOING)
		dtk_provider_owner_gone(module);
	return NOTIFY_OK;
}
static struct notifier_block module_events = { .notifier_call = on_module_event };

static int start_core(void)
{
	int err = dtk_core_init();

	if (!err && max_memory_mb)
		dtk_core.mem.max_bytes = (u64)max_memory_mb << 20;
	return err;
}

static int watch_modules(void)
{
	return register_module_notifier(&module_events);
}

static void unwatch_modules(void)
{
	unregister_module_notifier(&module_events);
}

/* When it is unloaded no descriptor is open and no provider registered: both hold a reference on this module. */
static const struct dtrace_step dtrace_steps[] = {
	{ start_core, dtk_core_exit },
	{ dtk_proc_init, dtk_proc_exit },
	{ watch_modules, unwatch_modules },
	{ dtk_ctl_init, dtk_ctl_exit },
};
DTRACE_MODULE_STEPS(dtrace_steps);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("DTrace for Linux: the core");
MODULE_VERSION("0.1.0");
