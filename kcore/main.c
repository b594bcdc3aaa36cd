// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading of dtrace.ko: the parts are brought up in order and taken down in reverse.
 */
#include "core.h"
#include "ctl.h"

/* A module that registered a provider may leave, or fail to start, without a word. */
static int on_module_event(struct notifier_block *block, unsigned long event, void *module)
{
	if (event == MODULE_STATE_GOING)
		dtk_provider_owner_gone(module);
	return NOTIFY_OK;
}
static struct notifier_block module_events = { .notifier_call = on_module_event };

static int __init dtrace_init(void)
{
	int err;

	err = dtk_core_init();
	if (err)
		return err;
	err = dtk_proc_init();
	if (err)
		goto err_core;
	err = register_module_notifier(&module_events);
	if (err)
		goto err_proc;
	err = dtk_ctl_init();
	if (err)
		goto err_events;
	return 0;

err_events:
	unregister_module_notifier(&module_events);
err_proc:
	dtk_proc_exit();
err_core:
	dtk_core_exit();
	return err;
}

/* No descriptor is open and no provider registered: both hold a reference on this module. */
static void __exit dtrace_exit(void)
{
	dtk_ctl_exit();
	unregister_module_notifier(&module_events);
	dtk_proc_exit();
	dtk_core_exit();
}

module_init(dtrace_init);
module_exit(dtrace_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("DTrace for Linux: the core");
MODULE_VERSION("0.1.0");
