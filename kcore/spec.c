// SPDX-License-Identifier: GPL-2.0-only
/*
 * Speculations: their states and per-CPU buffers.
 *
 * Entry points: spec.h, and the SPECULATION, SPECULATE, COMMIT and DISCARD subroutines. States change by compare and
 * exchange, because CPUs meet in them; a buffer is touched by its CPU only, with interrupts off and the guard held.
 *
 *   INACTIVE -speculation()-> ACTIVE -record-> ONE -record on another CPU-> MANY
 *   ACTIVE -commit, discard-> INACTIVE
 *   ONE -commit on its CPU-> COMMITTING -> INACTIVE;  -discard on its CPU-> INACTIVE
 *   ONE, MANY -commit elsewhere-> COMMITTING_MANY -clean-> INACTIVE;  -discard-> DISCARDING -clean-> INACTIVE
 */
#include "spec.h"
#include "subr.h"

#define STATE_MASK	0xff
#define CPU_SHIFT	8

static int make_word(enum dtk_spec_state state, unsigned int cpu)
{
	return state | (int)cpu << CPU_SHIFT;
}

static enum dtk_spec_state state_of(int word)
{
	return word & STATE_MASK;
}

static unsigned int cpu_of(int word)
{
	return (unsigned int)word >> CPU_SHIFT;
}

/* Speculation of an id that D sees: 1.. ; NULL = none. */
static struct dtk_spec *find(struct dtk_specs *specs, u64 id)
{
	return id && id <= specs->nr ? &specs->specs[id - 1] : NULL;
}

/* speculation(): an id, or 0 when none is free. */
u64 dtk_subr_SPECULATION(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_specs *specs = &ms->state->specs;
	bool is_busy = false;
	u32 i;

	for (i = 0; i < specs->nr; i++) {
		struct dtk_spec *spec = &specs->specs[i];
		enum dtk_spec_state state = state_of(atomic_read(&spec->word));

		if (state == DTK_SPEC_INACTIVE &&
		    atomic_cmpxchg(&spec->word, DTK_SPEC_INACTIVE, DTK_SPEC_ACTIVE) == DTK_SPEC_INACTIVE)
			return i + 1;
		if (state >= DTK_SPEC_COMMITTING)
			is_busy = true;
		if (!dtk_charge(ms, DTK_COST_LINK))
			return 0;
	}
	if (is_busy)
		dtk_count(ms, spec_busy);
	else
		dtk_count(ms, spec_unavail);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_SPECULATION);

/* The record of this clause goes there. An id that is not in use is a fault only when it never can be one. */
u64 dtk_subr_SPECULATE(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	/* 0, from speculation() without success: no record anywhere. */
	ms->spec = find(&ms->state->specs, a1) ? a1 : DTK_SPEC_NOWHERE;
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_SPECULATE);

/* Enter ONE or MANY before writing on this CPU. False: the speculation does not take records any more. */
static bool begin_write(struct dtk_spec *spec, unsigned int cpu)
{
	int word, want;

	for (;;) {
		word = atomic_read(&spec->word);
		switch (state_of(word)) {
		case DTK_SPEC_ACTIVE:
			want = make_word(DTK_SPEC_ACTIVE_ONE, cpu);
			break;
		case DTK_SPEC_ACTIVE_ONE:
			if (cpu_of(word) == cpu)
				return true;
			want = DTK_SPEC_ACTIVE_MANY;
			break;
		case DTK_SPEC_ACTIVE_MANY:
			return true;
		default:
			return false;
		}
		if (atomic_cmpxchg(&spec->word, word, want) == word)
			return true;
	}
}
NOKPROBE_SYMBOL(begin_write);

void dtk_specs_write(struct dtk_mstate *ms, const struct dtrace_rec *rec, const void *payload)
{
	struct dtk_specs *specs = &ms->state->specs;
	struct dtk_spec *spec = find(specs, ms->spec);
	struct dtk_spec_buf *buf;

	if (!spec || !begin_write(spec, ms->cpu))
		return;
	buf = &spec->bufs[ms->cpu];
	if (rec->size > specs->size - buf->used) {
		dtk_count(ms, spec_drops);
		return;
	}
	memcpy(buf->data + buf->used, rec, sizeof(*rec));
	memcpy(buf->data + buf->used + sizeof(*rec), payload, rec->size - sizeof(*rec));
	buf->used += rec->size;
}
NOKPROBE_SYMBOL(dtk_specs_write);

/* This CPU's part to its principal buffer. Context: irqs off, guard held. */
static void copy_to_principal(struct dtk_state *state, struct dtk_spec_buf *buf)
{
	u32 at = 0;

	while (at < buf->used) {
		struct dtrace_rec *rec = (struct dtrace_rec *)(buf->data + at);
		u32 size = rec->size;

		rec->flags |= DTRACE_REC_COMMITTED;
		/* What does not fit is counted by the buffer as a drop. */
		dtk_record_write(state, rec, rec + 1, size - sizeof(*rec));
		at += size;
	}
	buf->used = 0;
}
NOKPROBE_SYMBOL(copy_to_principal);

u64 dtk_subr_COMMIT(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_spec *spec = find(&ms->state->specs, a1);
	int word, want;

	/* Before the speculation is given up: it can still be committed where there is time for it. */
	if (!spec || !dtk_charge(ms, 2 * DTK_COST_COPY(spec->bufs[ms->cpu].used)))
		return 0;
	do {
		word = atomic_read(&spec->word);
		switch (state_of(word)) {
		case DTK_SPEC_ACTIVE:
			want = DTK_SPEC_INACTIVE;
			break;
		case DTK_SPEC_ACTIVE_ONE:
			want = cpu_of(word) == ms->cpu ? DTK_SPEC_COMMITTING : DTK_SPEC_COMMITTING_MANY;
			break;
		case DTK_SPEC_ACTIVE_MANY:
			want = DTK_SPEC_COMMITTING_MANY;
			break;
		default:
			return 0;
		}
	} while (atomic_cmpxchg(&spec->word, word, want) != word);
	if (want == DTK_SPEC_INACTIVE)
		return 0;
	copy_to_principal(ms->state, &spec->bufs[ms->cpu]);
	if (want == DTK_SPEC_COMMITTING)
		atomic_set(&spec->word, DTK_SPEC_INACTIVE);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_COMMIT);

u64 dtk_subr_DISCARD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	struct dtk_spec *spec = find(&ms->state->specs, a1);
	int word, want;
	bool is_mine;

	if (!spec)
		return 0;
	do {
		word = atomic_read(&spec->word);
		is_mine = state_of(word) == DTK_SPEC_ACTIVE_ONE && cpu_of(word) == ms->cpu;
		if (state_of(word) == DTK_SPEC_ACTIVE)
			want = DTK_SPEC_INACTIVE;
		else if (is_mine)
			want = DTK_SPEC_COMMITTING; /* nobody else touches it from here on */
		else if (state_of(word) == DTK_SPEC_ACTIVE_ONE || state_of(word) == DTK_SPEC_ACTIVE_MANY)
			want = DTK_SPEC_DISCARDING;
		else
			return 0;
	} while (atomic_cmpxchg(&spec->word, word, want) != word);
	if (is_mine) {
		spec->bufs[ms->cpu].used = 0;
		atomic_set(&spec->word, DTK_SPEC_INACTIVE);
	}
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_DISCARD);

/* ---- other CPUs' parts ---- */

struct clean_call {
	struct dtk_state *state;
	struct dtk_spec *spec;
	bool is_commit;
};

/* On the CPU of the part, in an IPI; or for a CPU that is not there, on another one. */
static void clean_part(struct clean_call *call, unsigned int cpu)
{
	struct dtk_spec_buf *buf = &call->spec->bufs[cpu];

	dtk_guard_enter();
	if (call->is_commit)
		copy_to_principal(call->state, buf);
	else
		buf->used = 0;
	dtk_guard_exit();
}

static void clean_this_cpu(void *arg)
{
	clean_part(arg, smp_processor_id());
}

static void clean_spec(struct dtk_state *state, struct dtk_spec *spec, bool is_commit)
{
	struct clean_call call = { .state = state, .spec = spec, .is_commit = is_commit };
	unsigned int cpu;

	/* A CPU that has just seen the speculation active may still be writing: the IPI comes after that. */
	on_each_cpu(clean_this_cpu, &call, 1);
	/* What CPUs that went offline have left goes where this one's records go. */
	for_each_possible_cpu(cpu) {
		unsigned long flags;

		if (cpu_online(cpu) || !spec->bufs[cpu].used)
			continue;
		local_irq_save(flags);
		clean_part(&call, cpu);
		local_irq_restore(flags);
	}
	atomic_set(&spec->word, DTK_SPEC_INACTIVE);
}

void dtk_specs_clean(struct dtk_state *state)
{
	struct dtk_specs *specs = &state->specs;
	u32 i;

	for (i = 0; i < specs->nr; i++) {
		struct dtk_spec *spec = &specs->specs[i];

		switch (state_of(atomic_read(&spec->word))) {
		case DTK_SPEC_COMMITTING_MANY:
			clean_spec(state, spec, true);
			break;
		case DTK_SPEC_DISCARDING:
			clean_spec(state, spec, false);
			break;
		default:
			break;
		}
	}
}

/* ---- set-up ---- */

int dtk_specs_init(struct dtk_specs *specs, const struct dtk_request *req, u32 uses)
{
	unsigned int cpu;
	u32 i;

	if (!(uses & DTK_USES_SPEC) || !req->opt.nspec)
		return 0;
	specs->specs = kvcalloc(req->opt.nspec, sizeof(*specs->specs), DTK_GFP);
	if (!specs->specs)
		return -ENOMEM;
	specs->nr = req->opt.nspec;
	specs->size = req->opt.specsize & ~7ull;
	for (i = 0; i < specs->nr; i++) {
		struct dtk_spec *spec = &specs->specs[i];

		atomic_set(&spec->word, DTK_SPEC_INACTIVE);
		spec->bufs = kvcalloc(nr_cpu_ids, sizeof(*spec->bufs), DTK_GFP);
		if (!spec->bufs)
			goto err_exit;
		for_each_possible_cpu(cpu) {
			spec->bufs[cpu].data = dtk_mem_zalloc(specs->size, cpu_to_node(cpu));
			if (!spec->bufs[cpu].data)
				goto err_exit;
		}
	}
	return 0;
err_exit:
	dtk_specs_exit(specs);
	return -ENOMEM;
}

void dtk_specs_exit(struct dtk_specs *specs)
{
	unsigned int cpu;
	u32 i;

	for (i = 0; specs->specs && i < specs->nr; i++) {
		if (!specs->specs[i].bufs)
			continue;
		for_each_possible_cpu(cpu)
			dtk_mem_free(specs->specs[i].bufs[cpu].data, specs->size);
		kvfree(specs->specs[i].bufs);
	}
	kvfree(specs->specs);
	memset(specs, 0, sizeof(*specs));
}
