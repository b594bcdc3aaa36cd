// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chances for others while the kernel's function tracer writes for us.
 *
 * Changing 38,000 calls takes the kernel seconds in one stretch: on a kernel that is not preempted in the middle of
 * what it does, nothing else runs on that CPU, its watchdog included, and RCU waits. Nothing forbids to sleep there: it
 * is done in process context under mutexes alone, and a kernel with preempt=full is preempted in it anywhere. So our
 * own task gets scheduling points: the tracer hands over one place after the other by text_poke_queue(), which writes
 * when it has 256 of them, and which guard.c has the function tracer redirect to here when another task wants the CPU.
 * No other task, and none of its writing, is ever affected.
 *
 * Entry points: dtk_pause_begin(), dtk_pause_end(); process context, dtk_patch.lock held.
 */
#include <linux/kprobes.h>
#include "ksym.h"
#include "pause.h"

struct dtk_pause dtk_pause;

void dtk_pause_begin(void)
{
	WRITE_ONCE(dtk_pause.task, current);
}

void dtk_pause_end(void)
{
	WRITE_ONCE(dtk_pause.task, NULL);
}

noinline notrace void dtk_pause_queue(void *addr, const void *opcode, size_t len, const void *emulate)
{
	dtk_pause.is_inside = true;
	if (dtk_ksym.text_poke_queue)
		dtk_k_text_poke_queue(addr, opcode, len, emulate);
	else
		dtk_k_smp_text_poke_batch_add(addr, opcode, len, emulate);
	dtk_pause.is_inside = false;
	cond_resched();
}
NOKPROBE_SYMBOL(dtk_pause_queue);
