// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading of dtrace.ko: the parts are brought up in order and taken down in reverse.
 */
#include "core.h"
#include "ctl.h"

static int __init dtrace_init(void)
{
	int err;

	err = dtk_core_init();
	if (err)
		return err;
	err = dtk_proc_init();
	if (err)
		goto err_core;
	err = dtk_ctl_init();
	if (err)
		goto err_proc;
	return 0;

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
	dtk_proc_exit();
	dtk_core_exit();
}

module_init(dtrace_init);
module_exit(dtrace_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("DTrace for Linux: the core");
MODULE_VERSION("0.1.0");
