// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hot path: dtrace_fire() and what it needs to run the clauses of a probe. Every other file may be slow.
 *
 * Context: any context that probes fire in, NMI included. Everything here runs with interrupts off behind the
 * per-CPU guard dtk_cpu.busy, is built without ftrace hooks and in the kprobe blacklist. A firing that finds the
 * guard taken (an NMI, or a fault inside a probe) is refused and counted for the consumers of its probe.
 */
#include "state.h"

DEFINE_PER_CPU(struct dtk_mstate, dtk_mstates);
DEFINE_PER_CPU(struct dtk_cpu, dtk_cpus);
EXPORT_PER_CPU_SYMBOL_GPL(dtk_cpus);

/* The guard is per CPU and only this CPU looks at it: compiler barriers are enough. */
static __always_inline void guard_take(struct dtk_cpu *self)
{
	WRITE_ONCE(self->busy, 1);
	barrier();
}

static __always_inline void guard_drop(struct dtk_cpu *self)
{
	barrier();
	WRITE_ONCE(self->busy, 0);
}

/* Copies a record's payload: a multiple of 8 bytes, mostly a few words. */
static __always_inline void copy_words(void *to, const void *from, u32 bytes)
{
	u64 *dst = to;
	const u64 *src = from;
	u32 i;

	if (bytes > 256) {
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

/*
 * Puts a record into this CPU's buffer; hdr->size is set. Return: where the payload goes, NULL = dropped.
 */
static __always_inline void *record_begin(struct dtk_state *state, struct dtk_buffer *buf,
					  const struct dtrace_rec *hdr, bool is_end)
{
	u64 seq = buf->seq++;
	struct dtrace_rec *rec = dtk_buffer_reserve(buf, hdr->size, is_end);

	if (unlikely(!rec)) {
		if (buf->policy == DTRACE_BUFPOLICY_FILL)
			buffer_wake(state, buf);
		return NULL;
	}
	*rec = *hdr;
	rec->seq = seq;
	if (unlikely(buf->head > buf->size / 2) && !buf->is_woken &&
	    buf->policy == DTRACE_BUFPOLICY_SWITCH)
		buffer_wake(state, buf);
	return rec + 1;
}

bool dtk_record_write(struct dtk_state *state, struct dtrace_rec *hdr, const void *payload, u32 bytes)
{
	struct dtk_buffer *buf = &dtk_state_this_cpu(state)->buf;
	void *room;

	hdr->size = sizeof(*hdr) + bytes;
	room = record_begin(state, buf, hdr, READ_ONCE(state->activity) == DTK_COOLDOWN);
	if (!room)
		return false;
	copy_words(room, payload, bytes);
	return true;
}
NOKPROBE_SYMBOL(dtk_record_write);

static __always_inline u64 record_time(const struct dtk_mstate *ms)
{
	return ms->have & DTK_HAVE_TIMESTAMP ? ms->timestamp : ktime_get_mono_fast_ns();
}

static __always_inline void emit_record(struct dtk_mstate *ms, struct dtk_ecb *ecb,
					const struct dtk_prog *prog)
{
	const void *payload = ms->frame + prog->rec_offset;
	struct dtrace_rec hdr = {
		.size = sizeof(hdr) + prog->rec_size,
		.epid = ecb->epid,
		.probe_id = ecb->probe->id,
		.prog = ecb->prog_index,
		.time = record_time(ms),
	};
	void *room;

	if (unlikely(ms->spec)) {
		dtk_specs_write(ms, &hdr, payload);
		return;
	}
	room = record_begin(ms->state, &dtk_state_this_cpu(ms->state)->buf, &hdr,
			    unlikely(ecb->probe == dtk_core.end));
	if (likely(room))
		copy_words(room, payload, prog->rec_size);
}

static __always_inline u32 run_clause(struct dtk_mstate *ms, struct dtk_ecb *ecb,
				      struct dtrace_firing *firing)
{
	ms->ecb = ecb;
	ms->have = 0;
	ms->fault = 0;
	ms->spec = 0;
	return dtk_prog_run(ecb->prog, firing);
}

/* Points the machine state at a consumer's frame and clears the clause-local variables. */
static __always_inline void enter_frame(struct dtk_mstate *ms, struct dtk_state *state, u8 *frame,
					struct dtrace_firing *firing)
{
	ms->frame = frame;
	ms->frame_size = state->frame_size;
	ms->scratch = frame + state->frame_size;
	ms->scratch_next = ms->scratch;
	ms->scratch_end = ms->scratch + state->scratch_size;
	ms->strtok_str = NULL;	/* lasts for the firing, like the scratch area it points to */
	firing->frame = (u64)(unsigned long)frame;
	if (state->local_size) {
		u64 *local = (u64 *)(frame + state->local_offset);
		u32 i;

		if (state->local_size > 256) {
			memset(local, 0, state->local_size);
			return;
		}
		for (i = 0; i < state->local_size / 8; i++) {
			local[i] = 0;
			barrier();
		}
	}
}

/*
 * A clause faulted: its record is discarded, an error record takes its place, and the consumer's clauses of
 * ERROR run. They have a frame of their own, so that later clauses of this firing find theirs as it was.
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
	struct dtk_ecbs *ecbs;
	struct dtk_mstate saved;
	u32 i;

	if (ecb->probe == dtk_core.error) {
		sc->count.error_drops++;
		return;
	}
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
	enter_frame(ms, state, sc->error_frame, &firing);
	for (i = 0; i < ecbs->nr; i++) {
		struct dtk_ecb *handler = ecbs->ecb[i];
		u32 ran;

		if (handler->state != state)
			continue;
		ran = run_clause(ms, handler, &firing);
		sc->count.firings++;
		if (ms->fault)
			sc->count.error_drops++;
		else if (ran && (handler->prog->flags & DTRACE_PROG_RECORD))
			emit_record(ms, handler, handler->prog);
	}
	*ms = saved;
}
NOKPROBE_SYMBOL(fire_fault);

/* May this consumer's clauses run although it is not plainly active? */
static noinline bool state_lets(struct dtk_state *state, const struct dtrace_probe *probe, u32 cpu)
{
	switch (READ_ONCE(state->activity)) {
	case DTK_ACTIVE:
		return true;
	case DTK_ACTIVE_ONE_CPU:
		return cpu == state->only_cpu;
	case DTK_WARMUP:
		return probe == dtk_core.begin;
	case DTK_COOLDOWN:
		return probe == dtk_core.end;
	}
	return false;
}
NOKPROBE_SYMBOL(state_lets);

/*
 * Runs the clauses of a probe, of all consumers or only one. Context: irqs off, guard held.
 */
static __always_inline void run_probe(struct dtk_cpu *self, struct dtrace_probe *probe,
				      struct dtrace_firing *firing, const struct dtk_state *only)
{
	struct dtk_mstate *ms = this_cpu_ptr(&dtk_mstates);
	/* Pairs with publish() in ecb.c; the array stays until this CPU has taken an IPI. */
	struct dtk_ecbs *ecbs = READ_ONCE(probe->ecbs);
	struct dtk_state_cpu *sc = NULL;
	struct dtk_state *state = NULL;
	struct dtk_ecb **at, **end;

	if (unlikely(!ecbs))
		return;
	ms->firing = firing;
	ms->probe = probe;
	for (at = ecbs->ecb, end = at + ecbs->nr; at < end; at++) {
		struct dtk_ecb *ecb = *at;
		const struct dtk_prog *prog = ecb->prog;
		u32 ran;

		if (only && ecb->state != only)
			continue;
		/* Looked at for each clause: exit() in one keeps the later ones from running. */
		if (unlikely(READ_ONCE(ecb->state->activity) != DTK_ACTIVE) &&
		    !state_lets(ecb->state, probe, self->cpu))
			continue;
		if (ecb->state != state) {
			state = ecb->state;
			sc = this_cpu_ptr(state->pcpu);
			ms->state = state;
			ms->strsize = state->strsize;
			enter_frame(ms, state, sc->frame, firing);
		}
		ran = run_clause(ms, ecb, firing);
		sc->count.firings++;
		if (unlikely(ms->fault))
			fire_fault(ms, ecb);
		else if (ran && (prog->flags & DTRACE_PROG_RECORD))
			emit_record(ms, ecb, prog);
	}
}

/* Somebody reads vtimestamp: time that probes take is measured. */
static noinline void run_probe_timed(struct dtk_cpu *self, struct dtrace_probe *probe,
				     struct dtrace_firing *firing)
{
	struct dtk_mstate *ms = this_cpu_ptr(&dtk_mstates);
	u64 begin_ns = ktime_get_mono_fast_ns();

	ms->entry_ns = begin_ns;
	run_probe(self, probe, firing, NULL);
	dtk_vtime_charge(ktime_get_mono_fast_ns() - begin_ns);
}
NOKPROBE_SYMBOL(run_probe_timed);

/*
 * The guard is taken: this CPU is processing a probe. Counters are bumped with one instruction each, because
 * an NMI may come between. Context: irqs off or NMI, so the ECBs cannot go away.
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

void dtrace_fire(struct dtrace_probe *probe, struct dtrace_firing *firing)
{
	struct dtk_cpu *self;
	unsigned long flags;

	if (likely(!READ_ONCE(probe->ecbs)))
		return;
	raw_local_irq_save(flags);
	self = this_cpu_ptr(&dtk_cpus);
	if (unlikely(READ_ONCE(self->busy))) {
		refuse(probe);
	} else {
		guard_take(self);
		if (unlikely(READ_ONCE(dtk_core.vtime_users)))
			run_probe_timed(self, probe, firing);
		else
			run_probe(self, probe, firing, NULL);
		guard_drop(self);
	}
	raw_local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(dtrace_fire);
NOKPROBE_SYMBOL(dtrace_fire);

unsigned int dtk_fire_for(struct dtrace_probe *probe, struct dtrace_firing *firing,
			  struct dtk_state *only)
{
	struct dtk_cpu *self;
	unsigned long flags;
	unsigned int cpu;

	raw_local_irq_save(flags);
	self = this_cpu_ptr(&dtk_cpus);
	cpu = self->cpu;
	guard_take(self);
	this_cpu_ptr(&dtk_mstates)->entry_ns = ktime_get_mono_fast_ns();
	run_probe(self, probe, firing, only);
	guard_drop(self);
	raw_local_irq_restore(flags);
	return cpu;
}
NOKPROBE_SYMBOL(dtk_fire_for);

void dtk_guard_enter(void)
{
	guard_take(this_cpu_ptr(&dtk_cpus));
}

void dtk_guard_exit(void)
{
	guard_drop(this_cpu_ptr(&dtk_cpus));
}

void dtrace_count_missed(struct dtrace_probe *probe, u64 nr)
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

		if (state == last || READ_ONCE(state->activity) > DTK_ACTIVE_ONE_CPU)
			continue;
		last = state;
		this_cpu_add(state->pcpu->count.missed_ticks, nr);
	}
	raw_local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(dtrace_count_missed);
NOKPROBE_SYMBOL(dtrace_count_missed);

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
