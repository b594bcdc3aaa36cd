// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done under ops_lock: the calls of providers' ops, and the requests of users that need many of them. A user's
 * request can be killed at any time, and tells how far it is. Entry points: dtk_op_*(); dtrace_op_pause() and
 * dtrace_op_progress() for providers. Context: process.
 */
#include "state.h"

void dtk_op_begin(void)
{
	lockdep_assert_held(&dtk_core.ops_lock);
	WRITE_ONCE(dtk_core.op_task, current);
}

void dtk_op_end(void)
{
	WRITE_ONCE(dtk_core.op_task, NULL);
}

int dtk_op_result(const struct dtrace_provider_handle *handle, const char *op, int result)
{
	if (result <= 0 && result >= -MAX_ERRNO)
		return result;
	pr_err_ratelimited("dtrace: %s of provider %s returned %d, which is no errno\n", op, handle->name,
			   result);
	return -EINVAL;
}

/* Read without the lock: only this task itself can have written its own address. */
bool dtk_op_refuses(const char *function)
{
	if (READ_ONCE(dtk_core.op_task) != current)
		return false;
	pr_err_ratelimited("dtrace: %s() called by an op of a provider: refused\n", function);
	return true;
}

/* ---- on behalf of a user ---- */

int dtk_op_lock(struct dtk_state *state)
{
	int err;

	WRITE_ONCE(state->is_waiting, true);
	err = mutex_lock_killable(&dtk_core.ops_lock);
	WRITE_ONCE(state->is_waiting, false);
	if (err)
		return err;
	WRITE_ONCE(dtk_core.user_progress, 0);
	WRITE_ONCE(dtk_core.user_number, state->number);
	WRITE_ONCE(dtk_core.user_task, current);
	return 0;
}

void dtk_op_unlock(void)
{
	WRITE_ONCE(dtk_core.user_phase, DTRACE_PHASE_NONE);
	WRITE_ONCE(dtk_core.user_number, 0);
	WRITE_ONCE(dtk_core.user_task, NULL);
	mutex_unlock(&dtk_core.ops_lock);
}

/* Who asks for it: only the task that holds ops_lock for a user can find its own address here. */
static bool is_for_user(void)
{
	return READ_ONCE(dtk_core.user_task) == current;
}

void dtk_op_phase(u32 phase)
{
	if (!is_for_user())
		return;
	WRITE_ONCE(dtk_core.user_progress, 0);
	WRITE_ONCE(dtk_core.user_phase, phase);
}

void dtrace_op_progress(u32 done, u32 total)
{
	if (is_for_user())
		WRITE_ONCE(dtk_core.user_progress, (u64)total << 32 | done);
}
EXPORT_SYMBOL_GPL(dtrace_op_progress);

int dtrace_op_pause(void)
{
	cond_resched();
	return is_for_user() && fatal_signal_pending(current) ? -EINTR : 0;
}
EXPORT_SYMBOL_GPL(dtrace_op_pause);

void dtk_op_tell(const struct dtk_state *state, struct dtrace_progress *progress)
{
	u64 word = READ_ONCE(dtk_core.user_progress);

	memset(progress, 0, sizeof(*progress));
	if (!state || READ_ONCE(dtk_core.user_number) == state->number)
		progress->phase = READ_ONCE(dtk_core.user_phase);
	else if (READ_ONCE(state->is_waiting))
		progress->phase = DTRACE_PHASE_WAIT;
	if (!progress->phase)
		return;
	progress->done = (u32)word;
	progress->total = word >> 32;
}
