/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Chances for others while the kernel's function tracer writes tens of thousands of calls for us (pause.c).
 */
#ifndef _DTK_PAUSE_H
#define _DTK_PAUSE_H

#include <linux/compiler.h>
#include <linux/sched.h>

/* @task: the one that the kernel writes for, NULL = none; @is_inside: the kernel's own function runs */
struct dtk_pause {
	struct task_struct *task;
	bool is_inside;
};
extern struct dtk_pause dtk_pause;

/* Around a call of the function tracer's. Context: process, may sleep, dtk_patch.lock held. */
void dtk_pause_begin(void);
void dtk_pause_end(void);

/* Context: any; only the task itself can find its own address. */
static __always_inline bool dtk_pause_is_due(void)
{
	return READ_ONCE(dtk_pause.task) == current && !dtk_pause.is_inside && need_resched();
}

/* Runs in place of the kernel's text_poke_queue(), with its arguments, when a pause is due. */
void dtk_pause_queue(void *addr, const void *opcode, size_t len, const void *emulate);

#endif /* _DTK_PAUSE_H */
