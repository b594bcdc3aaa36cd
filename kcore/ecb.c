// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binding clauses to probes: the arrays that dtrace_fire() walks, replaced as a whole and freed
 * after dtk_sync_probes(). Entry points in ecb.h. Context: process, under dtk_core.ops_lock.
 */
#include "state.h"

#define FALLBACK_BATCH	64u
#define PAUSE_EVERY	1024u	/* ECBs between two chances for others */
#define FIRST_CAP	4u

static struct dtk_state no_state = { .activity = DTK_CLOSED };
struct dtk_ecb dtk_ecb_none = { .state = &no_state };

/*
 * Probes to arm or disarm together. Disarming must not fail for want of memory: then the small
 * array inside is used and flushed whenever it is full.
 */
struct probe_batch {
	struct dtrace_probe **probe;
	u32 nr;
	u32 cap;
	u32 total;
	struct dtrace_probe *fallback[FALLBACK_BATCH];
};

int dtk_ecb_create(struct dtk_state *state, struct dtrace_probe *probe, u32 prog_index)
{
	struct dtk_ecb *ecb;

	lockdep_assert_held(&dtk_core.ops_lock);
	if (state->nr_ecbs == state->cap_ecbs) {
		u32 cap = state->cap_ecbs ? state->cap_ecbs * 2 : 16;
		struct dtk_ecb **grown = kvmalloc_array(cap, sizeof(*grown), DTK_GFP), **old;

		if (!grown)
			return -ENOMEM;
		old = state->ecbs;
		if (old)
			memcpy(grown, old, state->nr_ecbs * sizeof(*grown));
		mutex_lock(&state->epid_lock);
		state->ecbs = grown;
		state->cap_ecbs = cap;
		mutex_unlock(&state->epid_lock);
		kvfree(old);
	}
	ecb = kmem_cache_zalloc(dtk_core.ecb_cache, DTK_GFP);
	if (!ecb)
		return -ENOMEM;
	dtk_probe_get(probe);
	ecb->probe = probe;
	ecb->state = state;
	ecb->prog = &state->progs.progs[prog_index];
	ecb->prog_index = prog_index;
	ecb->solo.nr = 1;
	ecb->solo.ecb[0] = ecb;
	mutex_lock(&state->epid_lock);
	state->ecbs[state->nr_ecbs++] = ecb;
	ecb->epid = state->nr_ecbs;
	mutex_unlock(&state->epid_lock);
	return 0;
}

void dtk_ecb_truncate(struct dtk_state *state, u32 first)
{
	u32 nr, i;

	mutex_lock(&state->epid_lock);
	nr = state->nr_ecbs;
	state->nr_ecbs = min(first, nr);
	mutex_unlock(&state->epid_lock);
	for (i = first; i < nr; i++) {
		dtk_probe_put(state->ecbs[i]->probe);
		kmem_cache_free(dtk_core.ecb_cache, state->ecbs[i]);
		if (i % PAUSE_EVERY == 0)
			cond_resched();
	}
	if (!first) {
		kvfree(state->ecbs);
		state->ecbs = NULL;
		state->cap_ecbs = 0;
	}
}

/* Replaced arrays are chained here until nobody can be walking them. */
static void garbage_add(struct dtk_ecbs **garbage, struct dtk_ecbs *array)
{
	if (!array || !array->cap)
		return;
	array->next_free = *garbage;
	*garbage = array;
}

static void garbage_free(struct dtk_ecbs *garbage)
{
	while (garbage) {
		struct dtk_ecbs *next = garbage->next_free;

		kvfree(garbage);
		garbage = next;
		cond_resched();
	}
}

/* The filter that all clauses of an array begin with, or 0. */
static u32 common_filter(const struct dtk_ecbs *array)
{
	const struct dtk_ecb *first = NULL;
	u32 i;

	for (i = 0; array && i < array->nr; i++) {
		const struct dtk_ecb *ecb = array->ecb[i];

		if (ecb == &dtk_ecb_none)
			continue;
		if (first && ecb->prog->filter != first->prog->filter)
			return 0;
		first = ecb;
	}
	return first ? first->prog->filter : 0;
}

/*
 * Pairs with dtrace_fire(): the array is complete before it can be seen. Whoever sees it never meets a filter that is
 * not its own: another one goes before, its own comes after.
 */
static void publish(struct dtrace_probe *probe, struct dtk_ecbs *array)
{
	u32 filter = common_filter(array);

	if (probe->filter != filter)
		WRITE_ONCE(probe->filter, 0);
	smp_store_release(&probe->ecbs, array);
	if (probe->filter != filter)
		smp_store_release(&probe->filter, filter);
}

/*
 * Probe context sees the clause or does not: it is complete before it is counted. Should the probe's filter not be its
 * own, there is none from now on, and that is seen first.
 */
static void append(struct dtrace_probe *probe, struct dtk_ecbs *array, struct dtk_ecb *ecb)
{
	if (probe->filter != ecb->prog->filter)
		WRITE_ONCE(probe->filter, 0);
	array->ecb[array->nr] = ecb;
	smp_store_release(&array->nr, array->nr + 1);
}

/* Arrays double, so that many clauses on one probe do not cost the square of their number. */
static int probe_add(struct dtrace_probe *probe, struct dtk_ecb *ecb, struct dtk_ecbs **garbage)
{
	struct dtk_ecbs *old = probe->ecbs, *array;
	u32 cap;

	ecb->is_on = true;
	if (!old) {
		publish(probe, &ecb->solo);
		return 0;
	}
	if (old->nr < old->cap) {
		append(probe, old, ecb);
		return 0;
	}
	cap = max(FIRST_CAP, 2 * old->nr);
	array = kvmalloc(struct_size(array, ecb, cap), DTK_GFP);
	if (!array)
		return -ENOMEM;
	array->cap = cap;
	array->nr = old->nr + 1;
	memcpy(array->ecb, old->ecb, old->nr * sizeof(array->ecb[0]));
	array->ecb[old->nr] = ecb;
	publish(probe, array);
	garbage_add(garbage, old);
	return 0;
}

static bool is_leaving(const struct dtk_ecb *ecb, const struct dtk_state *state, u32 first)
{
	return ecb == &dtk_ecb_none || (ecb->state == state && ecb->epid > first);
}

/* The array without those that leave, or the same one with nothing in their places: this must not fail. */
static struct dtk_ecbs *without(struct dtk_ecbs *old, u32 nr_staying, const struct dtk_state *state, u32 first)
{
	struct dtk_ecbs *array = kvmalloc(struct_size(array, ecb, nr_staying), DTK_GFP);
	u32 i;

	if (array) {
		array->cap = nr_staying;
		array->nr = 0;
	}
	for (i = 0; i < old->nr; i++) {
		bool leaves = is_leaving(old->ecb[i], state, first);

		if (array && !leaves)
			array->ecb[array->nr++] = old->ecb[i];
		else if (!array && leaves)
			WRITE_ONCE(old->ecb[i], &dtk_ecb_none);
	}
	return array ? array : old;
}

/* Takes a consumer's ECBs from epid first + 1 on off a probe. */
static void probe_drop(struct dtrace_probe *probe, const struct dtk_state *state, u32 first,
		       struct dtk_ecbs **garbage)
{
	struct dtk_ecbs *old = probe->ecbs, *array;
	struct dtk_ecb *last = NULL;
	u32 nr = 0, i;

	if (!old)
		return;
	for (i = 0; i < old->nr; i++) {
		if (is_leaving(old->ecb[i], state, first)) {
			old->ecb[i]->is_on = false;
		} else {
			last = old->ecb[i];
			nr++;
		}
	}
	if (nr == old->nr)
		return;
	if (nr <= 1)
		array = last ? &last->solo : NULL;
	else
		array = without(old, nr, state, first);
	publish(probe, array);
	if (array != old)
		garbage_add(garbage, old);
}

/* ---- batches of probes ---- */

static void batch_init(struct probe_batch *batch, u32 most)
{
	batch->nr = batch->total = 0;
	batch->cap = most;
	batch->probe = kvmalloc_array(max(most, 1u), sizeof(*batch->probe), DTK_GFP);
	if (!batch->probe) {
		batch->probe = batch->fallback;
		batch->cap = FALLBACK_BATCH;
	}
}

static void batch_exit(struct probe_batch *batch)
{
	if (batch->probe != batch->fallback)
		kvfree(batch->probe);
}

static void batch_disarm(struct probe_batch *batch)
{
	u32 i;

	if (!batch->nr)
		return;
	for (i = 0; i < batch->nr; i++)
		batch->probe[i]->state &= ~(DTK_PROBE_QUEUED | DTK_PROBE_ALIGN);
	dtk_provider_disarm(batch->probe, batch->nr);
	batch->total += batch->nr;
	batch->nr = 0;
}

/* Queue a probe for disarming if nothing is enabled on it any more. */
static void batch_add_idle(struct probe_batch *batch, struct dtrace_probe *probe)
{
	if (probe->ecbs || !(probe->state & DTK_PROBE_ARMED) || (probe->state & DTK_PROBE_QUEUED))
		return;
	if (batch->nr == batch->cap)
		batch_disarm(batch);
	probe->state |= DTK_PROBE_QUEUED;
	batch->probe[batch->nr++] = probe;
}

/* ---- entry points ---- */

static int attach_arm(struct dtk_state *state, u32 first, struct dtk_log *log)
{
	struct dtrace_probe **probes;
	u32 nr = 0, i;
	int err;

	probes = kvmalloc_array(state->nr_ecbs - first, sizeof(*probes), DTK_GFP);
	if (!probes)
		return -ENOMEM;
	for (i = first; i < state->nr_ecbs; i++) {
		struct dtrace_probe *probe = state->ecbs[i]->probe;

		if (probe->state & (DTK_PROBE_ARMED | DTK_PROBE_QUEUED | DTK_PROBE_DEAD))
			continue;
		probe->state |= DTK_PROBE_QUEUED;
		if (state->req->opt.profalign)
			probe->state |= DTK_PROBE_ALIGN;
		probes[nr++] = probe;
	}
	for (i = 0; i < nr; i++)
		probes[i]->state &= ~DTK_PROBE_QUEUED;
	err = dtk_provider_arm(probes, nr, log);
	kvfree(probes);
	return err;
}

int dtk_ecb_attach(struct dtk_state *state, u32 first, struct dtk_log *log)
{
	struct dtk_ecbs *garbage = NULL;
	int err = 0;
	u32 i;

	lockdep_assert_held(&dtk_core.ops_lock);
	if (first == state->nr_ecbs)
		return 0;
	for (i = first; i < state->nr_ecbs && !err; i++) {
		err = probe_add(state->ecbs[i]->probe, state->ecbs[i], &garbage);
		if (!err && i % PAUSE_EVERY == 0)
			err = dtrace_op_pause();
	}
	if (!err)
		err = attach_arm(state, first, log);
	if (err)
		dtk_ecb_detach(state, first);
	else if (garbage)
		dtk_sync_probes();
	garbage_free(garbage);
	return err;
}

u32 dtk_ecb_detach(struct dtk_state *state, u32 first)
{
	struct dtk_ecbs *garbage = NULL;
	struct probe_batch *batch;
	u32 i, total;

	lockdep_assert_held(&dtk_core.ops_lock);
	if (first >= state->nr_ecbs)
		return 0;
	batch = kmalloc(sizeof(*batch), GFP_KERNEL | __GFP_NOFAIL);
	batch_init(batch, state->nr_ecbs - first);
	for (i = first; i < state->nr_ecbs; i++) {
		if (state->ecbs[i]->is_on)
			probe_drop(state->ecbs[i]->probe, state, first, &garbage);
		if (i % PAUSE_EVERY == 0)
			cond_resched();
	}
	dtk_sync_probes();
	garbage_free(garbage);
	for (i = first; i < state->nr_ecbs; i++) {
		batch_add_idle(batch, state->ecbs[i]->probe);
		if (i % PAUSE_EVERY == 0)
			cond_resched();
	}
	batch_disarm(batch);
	total = batch->total;
	batch_exit(batch);
	kfree(batch);
	return total;
}

void dtk_ecb_detach_probes(struct dtrace_probe *const *probes, u32 nr)
{
	struct dtk_ecbs *garbage = NULL;
	struct probe_batch *batch;
	bool is_used = false;
	u32 i;

	lockdep_assert_held(&dtk_core.ops_lock);
	for (i = 0; i < nr; i++) {
		struct dtk_ecbs *old = probes[i]->ecbs;

		if (!old)
			continue;
		is_used = true;
		publish(probes[i], NULL);
		garbage_add(&garbage, old);
	}
	if (!is_used)
		return;
	dtk_sync_probes();
	garbage_free(garbage);
	batch = kmalloc(sizeof(*batch), GFP_KERNEL | __GFP_NOFAIL);
	batch_init(batch, nr);
	for (i = 0; i < nr; i++)
		batch_add_idle(batch, probes[i]);
	batch_disarm(batch);
	batch_exit(batch);
	kfree(batch);
}
