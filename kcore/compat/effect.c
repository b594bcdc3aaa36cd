// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compatibility: signals from probe context, dtc_signal_current() and dtc_signal_exit().
 *
 * Each CPU has a few slots. A slot is filled in probe context and emptied by an irq_work, which runs when
 * interrupts are on again, and so never while the interrupted code holds a signal lock.
 */
#include "os.h"

#include <linux/sched/task.h>

#define NR_SLOTS 8

struct signal_slot {
	struct irq_work work;
	struct task_struct *task;
	int sig;
};

static DEFINE_PER_CPU(struct signal_slot, signal_slots[NR_SLOTS]);

static void send(struct irq_work *work)
{
	struct signal_slot *slot = container_of(work, struct signal_slot, work);
	struct task_struct *task = slot->task;

	send_sig(slot->sig, task, 1);
	/* Release: the slot may be filled again only after its task was read. */
	smp_store_release(&slot->task, NULL);
	put_task_struct(task);
}

void dtc_signal_current(int sig)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++) {
		struct signal_slot *slot = this_cpu_ptr(&signal_slots[i]);

		if (smp_load_acquire(&slot->task))
			continue;
		slot->sig = sig;
		slot->task = current;
		get_task_struct(current);
		init_irq_work(&slot->work, send);
		irq_work_queue(&slot->work);
		return;
	}
}
NOKPROBE_SYMBOL(dtc_signal_current);

void dtc_signal_exit(void)
{
	unsigned int cpu, i;

	for_each_possible_cpu(cpu)
		for (i = 0; i < NR_SLOTS; i++)
			irq_work_sync(&per_cpu(signal_slots[i], cpu).work);
}
