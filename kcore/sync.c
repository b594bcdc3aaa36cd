// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting until no CPU is in probe context: dtk_sync_probes(). Doing something where no probe can be: dtk_call_on().
 *
 * Probe context has interrupts off, so a CPU takes the IPI only outside of it. What was unpublished
 * before the call can be freed after it. Context: process, may sleep; takes cpus_read_lock() so
 * that no CPU comes or goes half-way: such a CPU would not be asked.
 */
#include "core.h"

static void sync_cpu(void *unused)
{
	dtk_mstate_forget();
}

void dtk_sync_probes(void)
{
	unsigned int cpu;

	cpus_read_lock();
	on_each_cpu(sync_cpu, NULL, 1);
	/* A CPU that is off takes no IPI, and must not come back remembering a consumer that is gone. */
	for_each_possible_cpu(cpu)
		if (!cpu_online(cpu))
			per_cpu(dtk_mstates, cpu).state = NULL;
	cpus_read_unlock();
}

void dtk_call_on(unsigned int cpu, void (*fn)(void *), void *arg)
{
	unsigned long flags;

	cpus_read_lock();
	if (cpu_online(cpu)) {
		smp_call_function_single(cpu, fn, arg, 1);
	} else {
		/* It takes the guard of the CPU it runs on, and must give it back there. */
		local_irq_save(flags);
		fn(arg);
		local_irq_restore(flags);
	}
	cpus_read_unlock();
}
