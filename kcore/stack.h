/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stacks of the running thread: kernel and user.
 */
#ifndef _DTK_STACK_H
#define _DTK_STACK_H

#include "mstate.h"

#define DTK_STACK_MAXDEPTH 1024u	/* what stackdepth and ustackdepth count up to */

/*
 * Return addresses, innermost first, at most max; pcs may be NULL: then they are only counted. Return: how many.
 * Context: probe context.
 */
u32 dtk_stack_kernel(struct dtk_mstate *ms, u64 *pcs, u32 max);
u32 dtk_stack_user(struct dtk_mstate *ms, u64 *pcs, u32 max);

/* Registers of user space of the running thread, or of the probed place if that is there; NULL = none. */
const struct pt_regs *dtk_stack_user_regs(const struct dtk_mstate *ms);

#endif /* _DTK_STACK_H */
