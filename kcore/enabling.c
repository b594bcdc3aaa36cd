// SPDX-License-Identifier: GPL-2.0-only
/*
 * Matching a consumer's request with probes: at ENABLE, and again when new probes appear, because
 * an enabling is retained as long as its consumer lives. Entry points: dtk_enabling_*(). Context:
 * process.
 */
#include "match.h"
#include "state.h"

#define MAX_ECBS		(4u << 20)
#define RETAINED_DELAY_MS	10u	/* a module creates its probes one after the other */
#define PAUSE_EVERY		1024u	/* probes between two chances for others */

/*
 * ECBs for the probes from first_id to last_id that one bind matches. Context: ops_lock held.
 * Return: 0, -E2BIG, -EINTR, -ENOMEM.
 */
static int match_bind(struct dtk_state *state, const struct dtrace_bind *bind, u32 first_id,
		      u32 last_id, u32 *found)
{
	struct dtk_probe_vec vec = { 0 };
	u32 i;
	int err;

	mutex_lock(&dtk_core.registry_lock);
	err = dtk_match_collect(&dtk_core.reg, &bind->pattern, first_id, last_id, U32_MAX, &vec);
	if (!err && (u64)state->nr_ecbs + vec.nr > MAX_ECBS)
		err = -E2BIG;
	for (i = 0; i < vec.nr && !err; i++) {
		err = dtk_ecb_create(state, vec.probe[i], bind->prog);
		if (!err && i % PAUSE_EVERY == 0)
			err = dtrace_op_pause();
	}
	mutex_unlock(&dtk_core.registry_lock);
	*found = vec.nr;
	dtk_probe_vec_free(&vec);
	return err;
}

/* Probes that are made from now on have larger ids. */
static u32 last_probe_id(void)
{
	u32 id;

	mutex_lock(&dtk_core.registry_lock);
	id = dtk_core.reg.next_id - 1;
	mutex_unlock(&dtk_core.registry_lock);
	return id;
}

static int match_all(struct dtk_state *state, struct dtk_log *log)
{
	const struct dtk_request *req = state->req;
	u32 i, found;
	int err = 0;

	dtk_op_phase(DTRACE_PHASE_MATCH);
	/* Others may take the registry between two binds: what they add is for later, for all binds alike. */
	state->seen_id = last_probe_id();
	for (i = 0; i < req->nr_binds && !err; i++) {
		const struct dtrace_bind *bind = &req->binds[i];

		dtrace_op_progress(i, req->nr_binds);
		err = dtrace_op_pause();
		if (err)
			return err;
		if (bind->flags & DTRACE_BIND_LATER)
			continue;
		err = match_bind(state, bind, 1, state->seen_id, &found);
		if (!err && !found && !(bind->flags & DTRACE_BIND_OPTIONAL))
			err = -ENOENT;
		if (!err)
			continue;
		log->bad_bind = i;
		if (err == -ENOENT)
			dtk_log_printf(log, "%s:%s:%s:%s matches no probe\n", bind->pattern.prov,
				       bind->pattern.mod, bind->pattern.func, bind->pattern.name);
		else if (err == -E2BIG)
			dtk_log_printf(log, "the clauses match more than %u probes\n", MAX_ECBS);
	}
	return err;
}

/* The same description is often in several binds, one for each clause: ask providers once. */
static bool is_repeated(const struct dtk_request *req, u32 at)
{
	return at && !memcmp(&req->binds[at].pattern, &req->binds[at - 1].pattern,
			     sizeof(req->binds[at].pattern));
}

/*
 * Return: 0, -EINTR, or -E2BIG when a description stands for more probes than its provider wants to make. Other errors
 * are only logged: probes that exist may match.
 */
static int provide_all(const struct dtk_request *req, struct dtk_log *log)
{
	u32 i;

	dtk_op_phase(DTRACE_PHASE_PROVIDE);
	for (i = 0; i < req->nr_binds; i++) {
		const struct dtrace_probedesc *desc = &req->binds[i].pattern;
		int err;

		dtrace_op_progress(i, req->nr_binds);
		if (desc->id || is_repeated(req, i))
			continue;
		err = dtk_provider_provide(desc) ?: dtrace_op_pause();
		if (err == -EINTR)
			return err;
		if (err == -E2BIG) {
			dtk_log_printf(log, "%s:%s:%s:%s stands for too many probes: name a function\n",
				       desc->prov, desc->mod, desc->func, desc->name);
			return err;
		}
		if (err)
			dtk_log_printf(log, "provider %s could not create %s:%s:%s: error %d\n",
				       desc->prov, desc->mod, desc->func, desc->name, -err);
	}
	return 0;
}

int dtk_enabling_create(struct dtk_state *state, struct dtk_log *log, u32 *nr_ecbs)
{
	int err = dtk_op_lock(state);

	if (err)
		return err;
	if (state->progs.uses & DTK_USES_VTIME) {
		state->wants_vtime = true;
		dtk_vtime_use(1);
	}
	err = provide_all(state->req, log);
	if (!err)
		err = match_all(state, log);
	dtk_op_phase(DTRACE_PHASE_ARM);
	if (!err)
		err = dtk_ecb_attach(state, 0, log);
	if (err) {
		dtk_ecb_truncate(state, 0);
		if (state->wants_vtime)
			dtk_vtime_use(-1);
		state->wants_vtime = false;
	} else {
		/* All this may have taken longer than the deadman's patience. */
		WRITE_ONCE(state->alive_ns, ktime_get_mono_fast_ns());
		/* Pairs with dtk_ctl_mmap(). */
		smp_store_release(&state->is_enabled, true);
		WRITE_ONCE(dtk_core.nr_states, dtk_core.nr_states + 1);
	}
	*nr_ecbs = state->nr_ecbs;
	dtk_op_unlock();
	dtk_trace(err ? DTK_TRACE_REFUSE : DTK_TRACE_ENABLE, state->number, err ? -err : *nr_ecbs);
	return err;
}

void dtk_enabling_new_probe(void)
{
	if (READ_ONCE(dtk_core.nr_states))
		queue_delayed_work(dtk_core.wq, &dtk_core.retained_work,
				   msecs_to_jiffies(RETAINED_DELAY_MS));
}

/* Context: ops_lock held. Return: number of new ECBs. */
static u32 take_new_probes(struct dtk_state *state)
{
	const struct dtk_request *req = state->req;
	u32 first = state->nr_ecbs, last_id = last_probe_id(), i, found;
	int err = 0;

	if (state->seen_id < last_id) {
		for (i = 0; i < req->nr_binds && !err; i++) {
			if (!req->binds[i].pattern.id)
				err = match_bind(state, &req->binds[i], state->seen_id + 1, last_id, &found);
		}
		state->seen_id = last_id;
	}
	if (!err)
		err = dtk_ecb_attach(state, first, NULL);
	if (err) {
		/* Not silently: the consumer's status says that something is missing. */
		this_cpu_inc(state->pcpu->count.other_drops);
		dtk_trace(DTK_TRACE_REFUSE, state->number, -err);
		dtk_ecb_truncate(state, first);
	}
	return state->nr_ecbs - first;
}

/* All consumers; handle: only this provider is asked for more. */
static void retained(struct dtrace_provider_handle *handle)
{
	struct dtk_state *state;
	u32 made = 0;

	mutex_lock(&dtk_core.ops_lock);
	if (handle) {
		list_for_each_entry(state, &dtk_core.states, link) {
			if (state->is_enabled && READ_ONCE(state->activity) < DTK_STOPPED)
				provide_all(state->req, NULL);
		}
	}
	list_for_each_entry(state, &dtk_core.states, link) {
		u32 activity = READ_ONCE(state->activity);

		if (state->is_enabled && activity < DTK_STOPPED)
			made += take_new_probes(state);
	}
	mutex_unlock(&dtk_core.ops_lock);
	if (made)
		dtk_trace(DTK_TRACE_RETAINED, last_probe_id(), made);
}

void dtk_enabling_retained(struct work_struct *work)
{
	retained(NULL);
}

void dtrace_provider_changed(struct dtrace_provider_handle *handle)
{
	if (!IS_ERR_OR_NULL(handle) && !dtk_op_refuses("dtrace_provider_changed"))
		retained(handle);
}
EXPORT_SYMBOL_GPL(dtrace_provider_changed);
