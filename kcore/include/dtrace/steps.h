/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loading a module in steps. One list says how each is done and undone; a step that fails and unloading go back through
 * it the same way. With the parameter fail_step=N the Nth step is not done but fails, N = number of steps + 1: after
 * the last one; for tests.
 */
#ifndef _DTRACE_STEPS_H
#define _DTRACE_STEPS_H

#include <linux/kernel.h>
#include <linux/module.h>

/**
 * struct dtrace_step - a step of loading
 * @up: Return: 0 or -errno, and then it has left nothing behind. NULL = nothing to do
 * @down: undoes it, and whatever later steps have left to it. NULL = nothing to undo
 * Context of both: module init and exit.
 */
struct dtrace_step {
	int (*up)(void);
	void (*down)(void);
};

static inline void dtrace_steps_down(const struct dtrace_step *steps, unsigned int nr)
{
	while (nr--) {
		if (steps[nr].down)
			steps[nr].down();
	}
}

static inline int dtrace_steps_up(const struct dtrace_step *steps, unsigned int nr, unsigned int fail_step)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr; i++) {
		err = i + 1 == fail_step ? -ENOMEM : steps[i].up ? steps[i].up() : 0;
		if (err)
			break;
	}
	if (!err && fail_step == nr + 1)
		err = -ENOMEM;
	if (err)
		dtrace_steps_down(steps, i);
	return err;
}

/* Init and exit of a module whose steps are all of an array. */
#define DTRACE_MODULE_STEPS(steps)							\
	static unsigned int fail_step;							\
	module_param(fail_step, uint, 0);						\
	MODULE_PARM_DESC(fail_step, "the step of loading that fails, for tests");	\
	static int __init steps##_init(void)						\
	{										\
		return dtrace_steps_up(steps, ARRAY_SIZE(steps), fail_step);		\
	}										\
	static void __exit steps##_exit(void)						\
	{										\
		dtrace_steps_down(steps, ARRAY_SIZE(steps));				\
	}										\
	module_init(steps##_init);							\
	module_exit(steps##_exit)

#endif /* _DTRACE_STEPS_H */
