// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one struct dtk_core: bringing it up and taking it down, and the provider "dtrace" with BEGIN,
 * END and ERROR, which has no ops. Entry points: dtk_core_init(), dtk_core_exit(). Context:
 * process.
 */
#include "enabling.h"
#include "state.h"

struct dtk_core dtk_core;

static const struct dtrace_provider_ops dtrace_ops = {
	DTRACE_PROVIDER_OPS,
};

#define STABLE_ATTR { DTRACE_STABILITY_STABLE, DTRACE_STABILITY_STABLE, DTRACE_CLASS_COMMON }
#define PRIVATE_ATTR { DTRACE_STABILITY_PRIVATE, DTRACE_STABILITY_PRIVATE, DTRACE_CLASS_UNKNOWN }

static const struct dtrace_provider dtrace_provider = {
	.name = "dtrace",
	.ops = &dtrace_ops,
	.attr = { STABLE_ATTR, PRIVATE_ATTR, PRIVATE_ATTR, STABLE_ATTR, STABLE_ATTR },
};

static int create_special_probes(void)
{
	struct dtrace_provider_handle *self;

	/* No owner: nothing has to be armed, and the core cannot hold itself in memory. */
	self = __dtrace_provider_register(&dtrace_provider, NULL, DTRACE_PROVIDER_ABI);
	if (IS_ERR(self))
		return PTR_ERR(self);
	dtk_core.self = self;
	dtk_core.begin = dtrace_probe_create(self, "", "", "BEGIN", 0, NULL);
	dtk_core.end = dtrace_probe_create(self, "", "", "END", 0, NULL);
	dtk_core.error = dtrace_probe_create(self, "", "", "ERROR", 0, NULL);
	if (!IS_ERR(dtk_core.begin) && !IS_ERR(dtk_core.end) && !IS_ERR(dtk_core.error)) {
		WARN_ON_ONCE(dtk_core.begin->id != DTRACE_PROBE_BEGIN ||
			     dtk_core.end->id != DTRACE_PROBE_END ||
			     dtk_core.error->id != DTRACE_PROBE_ERROR);
		return 0;
	}
	dtrace_provider_unregister(self);
	return -ENOMEM;
}

static void init_cpus(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(dtk_mstates, cpu).cpu = cpu;
}

int dtk_core_init(void)
{
	int err;

	mutex_init(&dtk_core.ops_lock);
	mutex_init(&dtk_core.registry_lock);
	spin_lock_init(&dtk_core.reap_lock);
	INIT_LIST_HEAD(&dtk_core.states);
	INIT_LIST_HEAD(&dtk_core.reap_list);
	INIT_DELAYED_WORK(&dtk_core.reap_work, dtk_state_reap);
	INIT_DELAYED_WORK(&dtk_core.retained_work, dtk_enabling_retained);
	INIT_DELAYED_WORK(&dtk_core.deadman_work, dtk_state_deadman);
	dtk_mem_init(&dtk_core.mem);
	dtk_core.max_bytes = (u64)totalram_pages() << PAGE_SHIFT >> 1;
	init_cpus();
	dtk_core.ecb_cache = kmem_cache_create("dtrace_ecb", DTK_ECB_SIZE, 0, 0, NULL);
	if (!dtk_core.ecb_cache)
		return -ENOMEM;
	err = -ENOMEM;
	dtk_core.wq = alloc_workqueue("dtrace", WQ_UNBOUND, 0);
	if (!dtk_core.wq)
		goto err_cache;
	err = dtk_registry_init(&dtk_core.reg);
	if (err)
		goto err_wq;
	err = create_special_probes();
	if (err)
		goto err_registry;
	queue_delayed_work(dtk_core.wq, &dtk_core.deadman_work, HZ);
	dtk_trace(DTK_TRACE_LOAD, 0, 0);
	return 0;

err_registry:
	dtk_registry_exit(&dtk_core.reg);
err_wq:
	destroy_workqueue(dtk_core.wq);
err_cache:
	kmem_cache_destroy(dtk_core.ecb_cache);
	return err;
}

void dtk_core_exit(void)
{
	cancel_delayed_work_sync(&dtk_core.deadman_work);
	flush_delayed_work(&dtk_core.reap_work);
	cancel_delayed_work_sync(&dtk_core.retained_work);
	WARN_ON_ONCE(dtrace_provider_unregister(dtk_core.self));
	dtk_registry_exit(&dtk_core.reg);
	destroy_workqueue(dtk_core.wq);
	kmem_cache_destroy(dtk_core.ecb_cache);
}
