// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hot path: dtrace_fire() and what it needs to run the clauses of a probe. Every other file may
 * be slow.
 *
 * Context: any context that probes fire in, NMI included. Everything here runs with interrupts off
 * behind the per-CPU guard dtk_cpu.busy, is built without ftrace hooks and in the kprobe blacklist.
 * A firing that finds the guard taken (an NMI, or a fault inside a probe) is refused and counted
 * for the consumers of its probe.
 */
#include "state.h"
#include "dynvar.h"

DEFINE_PER_CPU(struct dtk_mstate, dtk_mstates);
DEFINE_PER_CPU(struct dtk_cpu, dtk_cpus);
EXPORT_PER_CPU_SYMBOL_GPL(dtk_cpus);

/* The guard is per CPU and only this CPU looks at it: compiler barriers are enough. */
static __always_inline void guard_take(void)
{
	this_cpu_write(dtk_cpus.busy, 1);
	barrier();
}

static __always_inline void guard_drop(void)
{
	barrier();
	this_cpu_write(dtk_cpus.busy, 0);
}

#define LARGE_RECORD	256u

/* Copies a record's payload: a multiple of 8 bytes, mostly a few words. */
static __always_inline void copy_words(void *to, const void *from, u32 bytes)
{
	u64 *dst = to;
	const u64 *src = from;
	u32 i;

	if (bytes > LARGE_RECORD) {
		memcpy(to, from, bytes);
		return;
	}
	for (i = 0; i < bytes / 8; i++) {
		dst[i] = src[i];
		barrier();
	}
}

static noinline void buffer_wake(struct dtk_state *state, struct dtk_buffer *buf)
{
	if (buf->is_full)
		WRITE_ONCE(state->is_filled, 1);
	if (buf->is_woken)
		return;
	buf->is_woken = true;
	dtk_state_wake(state);
}
NOKPROBE_SYMBOL(buffer_wake);

static __always_inline u64 record_time(const struct dtk_mstate *ms)
{
	return ms->have & DTK_HAVE_TIMESTAMP ? ms->timestamp : ktime_get_mono_fast_ns();
}

/*
 * Room for a record in this CPU's buffer; size and seq are filled in. Return: NULL = dropped.
 */
static __always_inline struct dtrace_rec *record_begin(struct dtk_state *state,
						       struct dtk_buffer *buf, u32 size,
						       bool is_end)
{
	u64 seq = buf->seq++;
	struct dtrace_rec *rec = dtk_buffer_reserve(buf, size, is_end);

	if (unlikely(!rec)) {
		if (buf->policy == DTRACE_BUFPOLICY_FILL)
			buffer_wake(state, buf);
		return NULL;
	}
	rec->size = size;
	rec->seq = seq;
	if (unlikely(buf->head > buf->size / 2) && !buf->is_woken &&
	    buf->policy == DTRACE_BUFPOLICY_SWITCH)
		buffer_wake(state, buf);
	return rec;
}

bool dtk_record_write(struct dtk_state *state, struct dtrace_rec *hdr, const void *payload,
		      u32 bytes)
{
	struct dtk_buffer *buf = &dtk_state_this_cpu(state)->buf;
	bool is_end = READ_ONCE(state->activity) == DTK_COOLDOWN;
	struct dtrace_rec *rec = record_begin(state, buf, sizeof(*rec) + bytes, is_end);

	hdr->size = sizeof(*hdr) + bytes;
	if (!rec)
		return false;
	hdr->seq = rec->seq;
	*rec = *hdr;
	copy_words(rec + 1, payload, bytes);
	return true;
}
NOKPROBE_SYMBOL(dtk_record_write);

static noinline void emit_speculative(struct dtk_mstate *ms, struct dtk_ecb *ecb)
{
	struct dtrace_rec hdr = {
		.size = sizeof(hdr) + ecb->prog->rec_size,
		.epid = ecb->epid,
		.probe_id = ecb->probe->id,
		.prog = ecb->prog_index,
		.time = record_time(ms),
	};

	dtk_specs_write(ms, &hdr, ms->frame + ecb->prog->rec_offset);
}
NOKPROBE_SYMBOL(emit_speculative);

static noinline void fire_fault(struct dtk_mstate *ms, struct dtk_ecb *ecb);

/* The clause ran: its record goes to the buffer. Not inlined: keeps dtrace_fire() small. */
static noinline void emit_record(struct dtk_mstate *ms, struct dtk_ecb *ecb)
{
	struct dtk_buffer *buf = &dtk_state_this_cpu(ms->state)->buf;
	const struct dtk_prog *prog = ecb->prog;
	u32 bytes = prog->rec_size;
	struct dtrace_rec *rec;

	if (unlikely(bytes > LARGE_RECORD) && !dtk_charge(ms, DTK_COST_COPY(bytes))) {
		fire_fault(ms, ecb);
		return;
	}
	if (unlikely(ms->spec)) {
		emit_speculative(ms, ecb);
		return;
	}
	rec = record_begin(ms->state, buf, sizeof(*rec) + bytes,
			   unlikely(ecb->probe == dtk_core.end));
	if (unlikely(!rec))
		return;
	rec->epid = ecb->epid;
	rec->probe_id = ecb->probe->id;
	rec->prog = ecb->prog_index;
	rec->flags = 0;
	rec->time = record_time(ms);
	copy_words(rec + 1, ms->frame + prog->rec_offset, bytes);
}
NOKPROBE_SYMBOL(emit_record);

/* work: what the firing has cost before. */
static __always_inline u32 run_clause(struct dtk_mstate *ms, struct dtk_ecb *ecb,
				      struct dtrace_firing *firing, u32 work)
{
	ms->ecb = ecb;
	ms->have = 0;
	ms->fault = 0;
	ms->spec = 0;
	ms->work = work;
	return dtk_prog_run(ecb->prog, firing);
}

/* Points the machine state at a consumer's frame. */
static __always_inline void set_frame(struct dtk_mstate *ms, struct dtk_state *state, u8 *frame)
{
	ms->frame = frame;
	ms->frame_size = state->frame_size;
	ms->scratch = frame + state->frame_size;
	ms->scratch_end = ms->scratch + state->scratch_size;
}

static noinline void clear_many_locals(struct dtk_state *state, u8 *frame)
{
	memset(frame + state->local_offset, 0, state->local_size);
}
NOKPROBE_SYMBOL(clear_many_locals);

/* A firing begins for a consumer: fresh scratch area and clause-local variables. */
static __always_inline void begin_frame(struct dtk_mstate *ms, struct dtk_state *state,
					struct dtrace_firing *firing)
{
	u32 left = state->local_size;

	ms->scratch_next = ms->scratch;
	ms->strtok_str = NULL;	/* it pointed into the scratch area */
	firing->frame = (u64)(unsigned long)ms->frame;
	if (!left)
		return;
	if (left > 256) {
		clear_many_locals(state, ms->frame);
	} else {
		u64 *local = (u64 *)(ms->frame + state->local_offset);

		do {
			*local++ = 0;
			barrier();
		} while (left -= 8);
	}
}

/*
 * The machine state keeps pointing at the consumer that ran last on this CPU, so that the next
 * firing for the same one has nothing to do here. dtk_sync_probes() makes it forget: before a
 * consumer is freed.
 */
static noinline void enter_state(struct dtk_mstate *ms, struct dtk_state *state)
{
	struct dtk_state_cpu *sc = this_cpu_ptr(state->pcpu);

	ms->state = state;
	ms->strsize = state->strsize;
	ms->work_limit = state->work_limit;
	ms->kept = dtk_dynvars_kept(state->vars.dyn, raw_smp_processor_id());
	set_frame(ms, state, sc->frame);
}
NOKPROBE_SYMBOL(enter_state);

/* Work stays beyond the limit, so that whatever else costs something faults too. */
bool dtk_over_budget(struct dtk_mstate *ms)
{
	if (ms->work <= ms->work_limit) {
		ms->work = ms->work_limit + 1;
		/* Once for each firing. */
		if (ms->probe != dtk_core.error)
			dtk_count(ms, budget_faults);
	}
	dtk_fault(ms, DTRACE_FLT_BUDGET, ms->work_limit / DTK_WORK_PER_US);
	return false;
}
NOKPROBE_SYMBOL(dtk_over_budget);

void dtk_mstate_forget(void)
{
	this_cpu_ptr(&dtk_mstates)->state = NULL;
}
NOKPROBE_SYMBOL(dtk_mstate_forget);

/*
 * A clause faulted: its record is discarded, an error record takes its place, and the consumer's
 * clauses of ERROR run. They have a frame of their own, so that later clauses of this firing find
 * theirs as it was.
 */
static noinline void fire_fault(struct dtk_mstate *ms, struct dtk_ecb *ecb)
{
	struct dtk_state *state = ms->state;
	struct dtk_state_cpu *sc = dtk_state_this_cpu(state);
	struct dtrace_rec_error error = {
		.fault = ms->fault - 1,
		.site = ms->fault_site,
		.value = ms->fault_value,
	};
	struct dtrace_rec hdr = {
		.epid = ecb->epid,
		.probe_id = ecb->probe->id,
		.prog = ecb->prog_index,
		.flags = DTRACE_REC_ERROR,
		.time = record_time(ms),
	};
	struct dtrace_firing firing = DTRACE_FIRING_INIT;
	u32 reserve = ms->work_limit - ms->work_limit / 8;
	struct dtk_ecbs *ecbs;
	struct dtk_mstate saved;
	u32 i, work, begin;

	if (ecb->probe == dtk_core.error) {
		sc->count.error_drops++;
		return;
	}
	ms->work += DTK_COST_FAULT;
	sc->buf.errors++;
	dtk_trace(DTK_TRACE_FAULT, ecb->epid, (u64)error.fault << 32 | error.site);
	dtk_record_write(state, &hdr, &error, sizeof(error));

	ecbs = READ_ONCE(dtk_core.error->ecbs);
	if (!ecbs || !sc->error_frame)
		return;
	firing.arg[1] = ecb->epid;
	firing.arg[2] = error.site >> 16;
	firing.arg[3] = error.site & 0xffff;
	firing.arg[4] = error.fault;
	firing.arg[5] = error.value;
	firing.regs = ms->firing->regs;
	firing.flags = ms->firing->flags;
	saved = *ms;
	ms->firing = &firing;
	ms->probe = dtk_core.error;
	set_frame(ms, state, sc->error_frame);
	begin_frame(ms, state, &firing);
	/* An eighth of the budget is kept for saying what went wrong. */
	begin = work = min(saved.work, reserve);
	for (i = 0; i < ecbs->nr; i++) {
		struct dtk_ecb *handler = ecbs->ecb[i];
		u32 ran;

		if (handler->state != state)
			continue;
		if (work >= 2 * saved.work_limit) {
			sc->count.budget_skips++;
			continue;
		}
		ran = run_clause(ms, handler, &firing, work);
		sc->count.firings++;
		if (ms->fault)
			sc->count.error_drops++;
		else if (ran && (handler->prog->flags & DTRACE_PROG_RECORD))
			emit_record(ms, handler);
		work = ms->work + handler->prog->cost;
	}
	saved.work += work - begin;
	*ms = saved;
}
NOKPROBE_SYMBOL(fire_fault);

/* May this consumer's clauses run although it is not plainly active? */
static noinline bool state_lets(struct dtk_state *state, const struct dtrace_probe *probe)
{
	switch (READ_ONCE(state->activity)) {
	case DTK_ACTIVE:
		return true;
	case DTK_ACTIVE_ONE_CPU:
		return raw_smp_processor_id() == state->only_cpu;
	case DTK_WARMUP:
		return probe == dtk_core.begin;
	case DTK_COOLDOWN:
		return probe == dtk_core.end;
	}
	return false;
}
NOKPROBE_SYMBOL(state_lets);

/* Looked at for each clause: exit() in one keeps the later ones from running. */
static __always_inline bool may_run(struct dtk_state *state, const struct dtrace_probe *probe)
{
	return likely(READ_ONCE(state->activity) == DTK_ACTIVE) || state_lets(state, probe);
}

static __always_inline void begin_state(struct dtk_mstate *ms, struct dtk_state *state,
					struct dtrace_firing *firing)
{
	if (unlikely(ms->state != state))
		enter_state(ms, state);
	begin_frame(ms, state, firing);
}

/* One clause and what follows from it. Context: ms is set up for the clause's consumer. */
static __always_inline void fire_clause(struct dtk_mstate *ms, struct dtk_ecb *ecb,
					struct dtrace_firing *firing, u32 work)
{
	u32 has_run = run_clause(ms, ecb, firing, work);

	this_cpu_inc(ecb->state->pcpu->count.firings);
	if (unlikely(ms->fault))
		fire_fault(ms, ecb);
	else if (has_run && (ecb->prog->flags & DTRACE_PROG_RECORD))
		emit_record(ms, ecb);
}

/*
 * What a consumer begins with when those before it have cost so much: nothing, as each has a budget of its own and none
 * suffers for another, unless all of them together have used up what a firing may cost.
 */
static u32 work_before(const struct dtk_mstate *ms, u64 total)
{
	u64 end = total + ms->work_limit;

	return end > DTK_WORK_MAX ? end - DTK_WORK_MAX : 0;
}

/*
 * Runs the clauses of a probe, of all consumers or only one. Beyond the budget clauses still run as long as they call
 * for nothing that costs anything, exit() for example; beyond twice the budget none does.
 * Context: irqs off, guard held.
 */
static noinline void fire_all(struct dtrace_probe *probe, struct dtrace_firing *firing,
			      struct dtk_ecbs *ecbs, const struct dtk_state *only)
{
	struct dtk_mstate *ms = this_cpu_ptr(&dtk_mstates);
	struct dtk_state *state = NULL;
	u64 total = 0;
	u32 i, work = 0, begin = 0;

	ms->firing = firing;
	ms->probe = probe;
	for (i = 0; i < ecbs->nr; i++) {
		struct dtk_ecb *ecb = ecbs->ecb[i];

		if ((only && ecb->state != only) || !may_run(ecb->state, probe))
			continue;
		if (ecb->state != state) {
			state = ecb->state;
			begin_state(ms, state, firing);
			/* BEGIN and END fire once and may take their time. */
			if (only)
				ms->work_limit = DTRACE_MAX_FIREBUDGET_US * DTK_WORK_PER_US;
			total += work - begin;
			begin = work = work_before(ms, total);
		}
		if (unlikely(work >= 2 * ms->work_limit)) {
			this_cpu_inc(state->pcpu->count.budget_skips);
			continue;
		}
		fire_clause(ms, ecb, firing, work);
		work = ms->work + ecb->prog->cost;
	}
}
NOKPROBE_SYMBOL(fire_all);

/* The same for the only clause of a probe, the usual case. */
static __always_inline void fire_only(struct dtrace_probe *probe, struct dtrace_firing *firing,
				      struct dtk_ecb *ecb)
{
	struct dtk_mstate *ms;

	if (!may_run(ecb->state, probe))
		return;
	ms = this_cpu_ptr(&dtk_mstates);
	ms->firing = firing;
	ms->probe = probe;
	begin_state(ms, ecb->state, firing);
	fire_clause(ms, ecb, firing, 0);
}

/* Somebody reads vtimestamp: time that probes take is measured. */
static noinline void fire_timed(struct dtrace_probe *probe, struct dtrace_firing *firing,
				struct dtk_ecbs *ecbs)
{
	u64 begin_ns = ktime_get_mono_fast_ns();

	this_cpu_ptr(&dtk_mstates)->entry_ns = begin_ns;
	fire_all(probe, firing, ecbs, NULL);
	dtk_vtime_charge(ktime_get_mono_fast_ns() - begin_ns);
}
NOKPROBE_SYMBOL(fire_timed);

/*
 * The guard is taken: this CPU is processing a probe. Counters are bumped with one instruction
 * each, because an NMI may come between. Context: irqs off or NMI, so the ECBs cannot go away.
 */
static noinline void refuse(struct dtrace_probe *probe)
{
	struct dtk_ecbs *ecbs = READ_ONCE(probe->ecbs);
	struct dtk_state *last = NULL;
	u32 i;

	this_cpu_inc(dtk_cpus.refused);
	if (!ecbs)
		return;
	for (i = 0; i < ecbs->nr; i++) {
		struct dtk_state *state = ecbs->ecb[i]->state;

		if (state == last || READ_ONCE(state->activity) > DTK_ACTIVE_ONE_CPU)
			continue;
		last = state;
		if (in_nmi())
			this_cpu_inc(state->pcpu->count.nmi_drops);
		else
			this_cpu_inc(state->pcpu->count.recursion_drops);
	}
}
NOKPROBE_SYMBOL(refuse);

/* Whatever is not the plain case. Context: irqs off. */
static noinline void fire_slow(struct dtrace_probe *probe, struct dtrace_firing *firing,
			       struct dtk_ecbs *ecbs)
{
	if (this_cpu_read(dtk_cpus.busy)) {
		refuse(probe);
		return;
	}
	guard_take();
	fire_timed(probe, firing, ecbs);
	guard_drop();
}
NOKPROBE_SYMBOL(fire_slow);

static noinline void fire_enabled(struct dtrace_probe *probe, struct dtrace_firing *firing)
{
	struct dtk_ecbs *ecbs;
	unsigned long flags;

	raw_local_irq_save(flags);
	/* Pairs with publish() in ecb.c; the array stays until this CPU has taken an IPI. */
	ecbs = READ_ONCE(probe->ecbs);
	if (unlikely(!ecbs)) {
		/* It went away just now. */
	} else if (unlikely(this_cpu_read(dtk_cpus.either))) {
		fire_slow(probe, firing, ecbs);
	} else {
		guard_take();
		if (likely(ecbs->nr == 1))
			fire_only(probe, firing, ecbs->ecb[0]);
		else
			fire_all(probe, firing, ecbs, NULL);
		guard_drop();
	}
	raw_local_irq_restore(flags);
}
NOKPROBE_SYMBOL(fire_enabled);

/* The predicate that all clauses of the probe begin with: does it hold for whoever runs? */
static __always_inline bool passes(u32 filter)
{
	u32 kind = DTRACE_FILTER_KIND(filter);
	bool is_pid = kind <= DTRACE_FILTER_PID_ISNT;
	bool is_same = (u32)(is_pid ? dtc_task_tgid(current) : dtc_task_pid(current)) ==
		       (filter & DTRACE_FILTER_MAXID);

	return is_same == (kind & 1);
}

void dtrace_fire(struct dtrace_probe *probe, struct dtrace_firing *firing)
{
	u32 filter;

	if (!READ_ONCE(probe->ecbs))
		return;
	/* Read second: see publish() in ecb.c. */
	filter = READ_ONCE(probe->filter);
	if (unlikely(filter) && !passes(filter))
		return;
	fire_enabled(probe, firing);
}
EXPORT_SYMBOL_GPL(dtrace_fire);
NOKPROBE_SYMBOL(dtrace_fire);

unsigned int dtk_fire_for(struct dtrace_probe *probe, struct dtrace_firing *firing,
			  struct dtk_state *only)
{
	struct dtk_ecbs *ecbs;
	unsigned long flags;
	unsigned int cpu;

	raw_local_irq_save(flags);
	cpu = raw_smp_processor_id();
	guard_take();
	this_cpu_ptr(&dtk_mstates)->entry_ns = ktime_get_mono_fast_ns();
	ecbs = READ_ONCE(probe->ecbs);
	if (ecbs)
		fire_all(probe, firing, ecbs, only);
	/* It has another budget here. */
	dtk_mstate_forget();
	guard_drop();
	raw_local_irq_restore(flags);
	return cpu;
}
NOKPROBE_SYMBOL(dtk_fire_for);

void dtk_guard_enter(void)
{
	guard_take();
}

void dtk_guard_exit(void)
{
	guard_drop();
}

/*
 * Adds to a counter of each consumer that has the probe enabled: places that could not be instrumented, or, of those
 * that may be running, missed ticks.
 */
static __always_inline void count_for_all(struct dtrace_probe *probe, u64 nr, bool is_busy_site)
{
	struct dtk_ecbs *ecbs;
	struct dtk_state *last = NULL;
	unsigned long flags;
	u32 i;

	/* Interrupts off: keeps the array from being freed. */
	raw_local_irq_save(flags);
	ecbs = READ_ONCE(probe->ecbs);
	for (i = 0; ecbs && i < ecbs->nr; i++) {
		struct dtk_state *state = ecbs->ecb[i]->state;

		if (state == last || READ_ONCE(state->activity) == DTK_CLOSED)
			continue;
		last = state;
		if (is_busy_site)
			this_cpu_add(state->pcpu->count.busy_sites, nr);
		else if (READ_ONCE(state->activity) <= DTK_ACTIVE_ONE_CPU)
			this_cpu_add(state->pcpu->count.missed_ticks, nr);
	}
	raw_local_irq_restore(flags);
}

void dtrace_count_busy(struct dtrace_probe *probe, u64 nr)
{
	count_for_all(probe, nr, true);
}
EXPORT_SYMBOL_GPL(dtrace_count_busy);

void dtrace_count_missed(struct dtrace_probe *probe, u64 nr)
{
	count_for_all(probe, nr, false);
}
EXPORT_SYMBOL_GPL(dtrace_count_missed);
NOKPROBE_SYMBOL(dtrace_count_missed);

atomic_t dtrace_hits_wanted;
EXPORT_SYMBOL_GPL(dtrace_hits_wanted);

void *dtrace_probe_priv(const struct dtrace_probe *probe)
{
	return probe->priv;
}
EXPORT_SYMBOL_GPL(dtrace_probe_priv);
NOKPROBE_SYMBOL(dtrace_probe_priv);

u32 dtrace_probe_id(const struct dtrace_probe *probe)
{
	return probe->id;
}
EXPORT_SYMBOL_GPL(dtrace_probe_id);
NOKPROBE_SYMBOL(dtrace_probe_id);
