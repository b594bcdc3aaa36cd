// SPDX-License-Identifier: GPL-2.0-only
/*
 * One consumer: creating and closing it, its memory, BEGIN and END, exit(), waking it, the cleaner,
 * the reaper and the deadman. Entry points in state.h. Context: process, apart from exit() and
 * wake, which are for probe context.
 */
#include "match.h"
#include "state.h"

#define ALIVE_NS	(30ull * NSEC_PER_SEC)	/* a consumer silent for so long is suspect */
#define GRACE_NS	(10ull * NSEC_PER_SEC)	/* and so much later it is killed */
#define DEADMAN_PERIOD	HZ
/* So many firings that use up their budget in a period, for so many periods on end, are too many. */
#define MAX_OVERSPENT	5u
#define MAX_STRIKES	5u
#define REAP_WAIT_MS	25u			/* what close() spends to see its probes disarmed, */
#define MANY_ECBS	2048u			/* unless there are so many that it takes longer: */
#define REAP_DELAY_MS	100u			/* then the closing task gets out of the way first */
#define MIN_BUFFER	PAGE_SIZE
#define FIRST_BYTES	(128u << 10)		/* what a half of a buffer begins with */

/* ---- waking ---- */

static void wake_now(struct irq_work *work)
{
	struct dtk_state *state = container_of(work, struct dtk_state, wake);

	wake_up_interruptible(&state->waitq);
}

void dtk_state_wake(struct dtk_state *state)
{
	irq_work_queue(&state->wake);
}
NOKPROBE_SYMBOL(dtk_state_wake);

void dtk_state_exit(struct dtk_state *state, s32 status)
{
	u64 word = DTK_EXIT_SET | (u32)status;
	u32 activity = READ_ONCE(state->activity);

	if (activity == DTK_COOLDOWN) {
		/* exit() in END only changes the status. */
		WRITE_ONCE(state->exit_word, word);
		return;
	}
	if (activity > DTK_WARMUP || activity == DTK_INACTIVE)
		return;
	/* The first one wins. The status is there before anybody can see DRAINING. */
	if (cmpxchg(&state->exit_word, 0, word))
		return;
	cmpxchg(&state->activity, activity, DTK_DRAINING);
	dtk_trace(DTK_TRACE_EXIT, state->number, (u32)status);
	dtk_state_wake(state);
}
NOKPROBE_SYMBOL(dtk_state_exit);

/* ---- the cleaner ---- */

static void clean(struct dtk_state *state)
{
	mutex_lock(&state->clean_lock);
	dtk_vars_clean(&state->vars);
	dtk_specs_clean(state);
	mutex_unlock(&state->clean_lock);
}

static void clean_work(struct work_struct *work)
{
	struct dtk_state *state = container_of(to_delayed_work(work), struct dtk_state, clean_work);
	u32 activity = READ_ONCE(state->activity);

	clean(state);
	if (activity < DTK_STOPPED)
		queue_delayed_work(dtk_core.wq, &state->clean_work, state->clean_jiffies);
}

static bool needs_cleaning(const struct dtk_state *state)
{
	return state->vars.dyn || state->specs.nr;
}

/* ---- growing buffers ---- */

struct extend_call {
	struct dtk_state *state;
	unsigned int cpu;
	bool is_agg;
	u8 *view;
};

static void extend_here(void *arg)
{
	struct extend_call *call = arg;

	dtk_guard_enter();
	if (call->is_agg)
		call->view = dtk_aggs_extend(&call->state->aggs, call->cpu, call->view);
	else
		call->view = dtk_buffer_extend(&per_cpu_ptr(call->state->pcpu, call->cpu)->buf,
					       call->view);
	dtk_guard_exit();
}

/* After exit() only END makes records, for which there is room already. */
static bool is_over(void *arg)
{
	const struct dtk_state *state = arg;

	return READ_ONCE(state->activity) > DTK_WARMUP;
}

/* Return: false = there was no memory. */
static bool grow_one(struct dtk_state *state, unsigned int cpu, struct dtk_area *area, bool is_agg)
{
	struct extend_call call = { .state = state, .cpu = cpu, .is_agg = is_agg };

	if (!area || !area->pages || area->ready == area->half_size)
		return true;
	call.view = dtk_area_grow(area, is_over, state);
	if (!call.view)
		return is_over(state);
	dtk_call_on(cpu, extend_here, &call);
	dtk_area_drop(call.view);
	return true;
}

/* Gives every CPU's buffers their full size. One that cannot have it stays as it is, and is counted. */
static void grow_work(struct work_struct *work)
{
	struct dtk_state *state = container_of(work, struct dtk_state, grow_work);
	struct mem_cgroup *own = dtc_memcg_enter(state->memcg);
	unsigned int cpu;
	u32 nr_short = 0;

	for_each_possible_cpu(cpu) {
		nr_short += !grow_one(state, cpu, &per_cpu_ptr(state->pcpu, cpu)->buf.area, false);
		nr_short += !grow_one(state, cpu, dtk_aggs_area(&state->aggs, cpu), true);
	}
	WRITE_ONCE(state->nr_short, nr_short);
	dtc_memcg_enter(own);
}

/* ---- life ---- */

struct dtk_state *dtk_state_create(void)
{
	struct dtk_state *state = kzalloc(sizeof(*state), GFP_KERNEL);

	if (!state)
		return ERR_PTR(-ENOMEM);
	state->activity = DTK_INACTIVE;
	mutex_init(&state->lock);
	mutex_init(&state->epid_lock);
	mutex_init(&state->clean_lock);
	init_waitqueue_head(&state->waitq);
	init_irq_work(&state->wake, wake_now);
	INIT_LIST_HEAD(&state->link);
	INIT_LIST_HEAD(&state->reap_link);
	INIT_DELAYED_WORK(&state->clean_work, clean_work);
	INIT_WORK(&state->grow_work, grow_work);
	state->alive_ns = ktime_get_mono_fast_ns();
	if (mutex_lock_killable(&dtk_core.ops_lock)) {
		kfree(state);
		return ERR_PTR(-EINTR);
	}
	state->number = ++dtk_core.next_state;
	list_add_tail(&state->link, &dtk_core.states);
	mutex_unlock(&dtk_core.ops_lock);
	dtk_trace(DTK_TRACE_OPEN, state->number, 0);
	return state;
}

/* A buffer that is still small must take every record that the complete one would. */
static u64 first_bytes(const struct dtk_state *state)
{
	u64 largest = 0;
	u32 i;

	for (i = 0; i < state->req->nr_progs; i++)
		largest = max(largest, (u64)state->req->progs[i].rec_size);
	return state->req->opt.bufresize_manual ? U64_MAX - PAGE_SIZE :
						 FIRST_BYTES + 4 * (largest + state->end_reserve);
}

/* Buffers of all CPUs with one size. Return: 0, or -ENOMEM and none. */
static int buffers_init(struct dtk_state *state, u64 size)
{
	unsigned int cpu;

	if (size && !dtk_mem_can(2 * size * num_possible_cpus()))
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct dtk_buffer *buf = &per_cpu_ptr(state->pcpu, cpu)->buf;
		int err = dtk_buffer_init(buf, state->bufpolicy, size, state->end_reserve,
					  first_bytes(state), cpu_to_node(cpu));

		if (!err)
			continue;
		for_each_possible_cpu(cpu)
			dtk_buffer_exit(&per_cpu_ptr(state->pcpu, cpu)->buf);
		return err;
	}
	return 0;
}

static u64 frame_bytes(const struct dtk_state *state)
{
	return (u64)state->frame_size + state->scratch_size;
}

static int frames_init(struct dtk_state *state, bool has_error_clause)
{
	u64 bytes = frame_bytes(state);
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct dtk_state_cpu *sc = per_cpu_ptr(state->pcpu, cpu);

		sc->frame = dtk_mem_zalloc(bytes, cpu_to_node(cpu));
		if (!sc->frame)
			return -ENOMEM;
		if (!has_error_clause)
			continue;
		sc->error_frame = dtk_mem_zalloc(bytes, cpu_to_node(cpu));
		if (!sc->error_frame)
			return -ENOMEM;
	}
	return 0;
}

static bool could_match(const char *pattern, const char *str)
{
	return !pattern[0] || dtk_glob_match(pattern, str);
}

/* Clauses of END and ERROR need room of their own: looked up by name before anything is matched. */
static void find_special_clauses(struct dtk_state *state, bool *has_error)
{
	struct dtk_request *req = state->req;
	u32 i;

	*has_error = false;
	for (i = 0; i < req->nr_binds; i++) {
		const struct dtrace_probedesc *desc = &req->binds[i].pattern;
		const struct dtk_request_prog *prog = &req->progs[req->binds[i].prog];

		if (desc->id ? desc->id == dtk_core.error->id :
			       could_match(desc->prov, "dtrace") && could_match(desc->name, "ERROR"))
			*has_error = true;
		if (desc->id ? desc->id == dtk_core.end->id :
			       could_match(desc->prov, "dtrace") && could_match(desc->name, "END"))
			state->end_reserve += sizeof(struct dtrace_rec) + prog->rec_size;
	}
}

static int make_storage(struct dtk_state *state, struct dtk_log *log)
{
	struct dtk_request *req = state->req;
	struct dtrace_options *opt = &req->opt;
	bool has_error;
	int err;

	state->frame_size = req->frame_size;
	state->scratch_size = state->progs.uses & DTK_USES_SCRATCH ? opt->scratchsize : 0;
	if (state->progs.uses & DTK_USES_STRTOK)
		state->scratch_size += round_up(opt->strsize, 8);
	state->local_offset = req->local_offset;
	state->local_size = req->local_size;
	state->strsize = opt->strsize;
	state->work_limit = opt->firebudget_us * DTK_WORK_PER_US - DTK_COST_CLEAR(req->local_size);
	state->bufpolicy = opt->bufpolicy;
	state->only_cpu = opt->cpu;
	state->is_destructive = opt->destructive;
	state->clean_jiffies = max(1ul, (unsigned long)HZ / opt->cleanrate_hz);
	find_special_clauses(state, &has_error);
	state->pcpu = alloc_percpu(struct dtk_state_cpu);
	if (!state->pcpu)
		return -ENOMEM;
	err = frames_init(state, has_error);
	if (err) {
		dtk_log_printf(log, "no memory for frames of %llu bytes on each CPU\n",
			       (u64)state->frame_size + state->scratch_size);
		return err;
	}
	err = dtk_vars_init(&state->vars, req);
	if (err) {
		dtk_log_printf(log, "no memory for variables (dynvarsize is %llu)\n",
			       opt->dynvarsize);
		return err;
	}
	err = dtk_specs_init(&state->specs, req, state->progs.uses);
	if (err) {
		dtk_log_printf(log, "no memory for %u speculations of %llu bytes on each CPU\n",
			       opt->nspec, opt->specsize);
		return err;
	}
	err = dtk_aggs_init(&state->aggs, req);
	if (err) {
		dtk_log_printf(log, "no memory for aggregation buffers of %llu bytes on each CPU\n",
			       opt->aggsize);
		return err;
	}
	if (req->nr_aggs)
		opt->aggsize = state->aggs.size;
	for (err = buffers_init(state, opt->bufsize); err; err = buffers_init(state, opt->bufsize)) {
		if (opt->bufresize_manual || opt->bufsize / 2 < MIN_BUFFER) {
			dtk_log_printf(log, "no memory for buffers of %llu bytes on each CPU\n",
				       opt->bufsize);
			return err;
		}
		opt->bufsize = round_up(opt->bufsize / 2, PAGE_SIZE);
	}
	return 0;
}

static void explain_memory(struct dtk_log *log)
{
	u64 available = (u64)max(si_mem_available(), 0l) << PAGE_SHIFT;

	dtk_log_printf(log, "all consumers have %llu MiB of at most %llu (parameter max_memory_mb of module dtrace)",
		       READ_ONCE(dtk_core.mem.used) >> 20, dtk_core.mem.max_bytes >> 20);
	dtk_log_printf(log, ", the machine has %llu MiB to spare: ask for less (bufsize, aggsize", available >> 20);
	dtk_log_printf(log, ", dynvarsize, specsize, strsize) or end other consumers\n");
}

int dtk_state_store(struct dtk_state *state, struct dtk_log *log)
{
	int err;

	state->memcg = dtc_memcg_get();
	err = make_storage(state, log);
	if (err == -ENOMEM)
		explain_memory(log);
	return err;
}

/* Context: nothing of the consumer is queued or running. */
void dtk_state_unstore(struct dtk_state *state)
{
	unsigned int cpu;

	dtk_aggs_exit(&state->aggs);
	dtk_specs_exit(&state->specs);
	dtk_vars_exit(&state->vars);
	if (state->pcpu) {
		for_each_possible_cpu(cpu) {
			struct dtk_state_cpu *sc = per_cpu_ptr(state->pcpu, cpu);

			dtk_buffer_exit(&sc->buf);
			dtk_mem_free(sc->error_frame, frame_bytes(state));
			dtk_mem_free(sc->frame, frame_bytes(state));
		}
		free_percpu(state->pcpu);
		state->pcpu = NULL;
	}
	dtk_progs_free(&state->progs);
	memset(&state->progs, 0, sizeof(state->progs));
	memset(&state->aggs, 0, sizeof(state->aggs));
	memset(&state->specs, 0, sizeof(state->specs));
	memset(&state->vars, 0, sizeof(state->vars));
	state->end_reserve = 0;
	dtc_memcg_put(state->memcg);
	state->memcg = NULL;
}

void dtk_state_destroy(struct dtk_state *state)
{
	cancel_work_sync(&state->grow_work);
	cancel_delayed_work_sync(&state->clean_work);
	irq_work_sync(&state->wake);
	dtk_state_unstore(state);
	dtk_request_free(state->req);
	kfree(state);
}

/* ---- BEGIN and END ---- */

static void fire_special(struct dtk_state *state, struct dtrace_probe *probe, u32 *cpu)
{
	struct dtrace_firing firing = DTRACE_FIRING_INIT;

	*cpu = dtk_fire_for(probe, &firing, state);
}

/* From before the first firing until after the last: see dtrace_hits_wanted. */
static void set_running(struct dtk_state *state, bool is_running)
{
	if (xchg(&state->is_running, is_running) == is_running)
		return;
	if (is_running)
		atomic_inc(&dtrace_hits_wanted);
	else
		atomic_dec(&dtrace_hits_wanted);
}

int dtk_state_go(struct dtk_state *state, u32 *cpu)
{
	u32 active = state->only_cpu == DTRACE_ALL_CPUS ? DTK_ACTIVE : DTK_ACTIVE_ONE_CPU;

	lockdep_assert_held(&state->lock);
	if (!state->is_enabled || state->activity != DTK_INACTIVE)
		return -EBUSY;
	dtk_trace(DTK_TRACE_GO, state->number, 0);
	WRITE_ONCE(state->activity, DTK_WARMUP);
	/* With so many probes a small buffer would be full before the worker comes. */
	if (state->nr_ecbs > MANY_ECBS)
		grow_work(&state->grow_work);
	fire_special(state, dtk_core.begin, cpu);
	queue_work(dtk_core.wq, &state->grow_work);
	set_running(state, true);
	/* Not if BEGIN called exit(): then nothing else ever fires. */
	cmpxchg(&state->activity, DTK_WARMUP, active);
	if (needs_cleaning(state))
		queue_delayed_work(dtk_core.wq, &state->clean_work, state->clean_jiffies);
	return 0;
}

int dtk_state_stop(struct dtk_state *state, u32 *cpu)
{
	u32 activity = READ_ONCE(state->activity);
	unsigned int each;

	lockdep_assert_held(&state->lock);
	if (activity == DTK_KILLED) {
		*cpu = 0;
		return 0;
	}
	if (activity != DTK_ACTIVE && activity != DTK_ACTIVE_ONE_CPU && activity != DTK_DRAINING)
		return -EBUSY;
	WRITE_ONCE(state->activity, DTK_COOLDOWN);
	set_running(state, false);
	/* Whatever still runs elsewhere writes its records before END's. */
	dtk_sync_probes();
	clean(state);
	for_each_possible_cpu(each)
		dtk_buffer_mark_end(&per_cpu_ptr(state->pcpu, each)->buf);
	fire_special(state, dtk_core.end, cpu);
	WRITE_ONCE(state->activity, DTK_STOPPED);
	clean(state);
	dtk_trace(DTK_TRACE_STOP, state->number, 0);
	dtk_state_wake(state);
	return 0;
}

/* ---- closing ---- */

/* Takes everything of a consumer off its probes. Context: ops_lock held. */
static void disarm(struct dtk_state *state)
{
	u32 nr = dtk_ecb_detach(state, 0);

	if (state->wants_vtime) {
		state->wants_vtime = false;
		dtk_vtime_use(-1);
	}
	if (state->is_enabled) {
		state->is_enabled = false;
		WRITE_ONCE(dtk_core.nr_states, dtk_core.nr_states - 1);
	}
	dtk_trace(DTK_TRACE_REAPED, state->number, nr);
}

void dtk_state_close(struct dtk_state *state)
{
	DECLARE_COMPLETION_ONSTACK(done);
	u32 nr_ecbs = state->nr_ecbs;

	/* Nothing fires for this consumer once the IPI has been everywhere. */
	WRITE_ONCE(state->activity, DTK_CLOSED);
	set_running(state, false);
	dtk_sync_probes();
	dtk_trace(DTK_TRACE_CLOSE, state->number, 0);

	spin_lock(&dtk_core.reap_lock);
	state->reaped = &done;
	list_add_tail(&state->reap_link, &dtk_core.reap_list);
	spin_unlock(&dtk_core.reap_lock);
	if (nr_ecbs > MANY_ECBS) {
		/* Somebody waits for the prompt, and disarming keeps a CPU busy without a pause. */
		queue_delayed_work(dtk_core.wq, &dtk_core.reap_work, msecs_to_jiffies(REAP_DELAY_MS));
	} else {
		mod_delayed_work(dtk_core.wq, &dtk_core.reap_work, 0);
		if (wait_for_completion_timeout(&done, msecs_to_jiffies(REAP_WAIT_MS)))
			return;
	}
	spin_lock(&dtk_core.reap_lock);
	if (!completion_done(&done))
		state->reaped = NULL;
	spin_unlock(&dtk_core.reap_lock);
}

void dtk_state_reap(struct work_struct *work)
{
	struct dtk_state *state;

	for (;;) {
		spin_lock(&dtk_core.reap_lock);
		state = list_first_entry_or_null(&dtk_core.reap_list, struct dtk_state, reap_link);
		if (state)
			list_del_init(&state->reap_link);
		spin_unlock(&dtk_core.reap_lock);
		if (!state)
			return;

		mutex_lock(&dtk_core.ops_lock);
		disarm(state);
		dtk_ecb_truncate(state, 0);
		list_del_init(&state->link);
		mutex_unlock(&dtk_core.ops_lock);

		/* The closing task may be waiting, with the completion on its stack. */
		spin_lock(&dtk_core.reap_lock);
		if (state->reaped)
			complete(state->reaped);
		spin_unlock(&dtk_core.reap_lock);
		dtk_state_destroy(state);
	}
}

/* The consumer may speak while this looks: then its last sign of life is later than now. */
static bool is_silent(const struct dtk_state *state)
{
	s64 silence_ns = ktime_get_mono_fast_ns() - READ_ONCE(state->alive_ns);

	return silence_ns >= (s64)(ALIVE_NS + GRACE_NS);
}

/* Does it use up its budget again and again? Context: once in each period. */
static bool is_overspending(struct dtk_state *state)
{
	u64 nr = 0, before = state->nr_overspent;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		nr += READ_ONCE(per_cpu_ptr(state->pcpu, cpu)->count.budget_faults);
	state->nr_overspent = nr;
	if (nr - before < MAX_OVERSPENT)
		state->nr_strikes = 0;
	else
		state->nr_strikes++;
	return state->nr_strikes >= MAX_STRIKES;
}

/* Who may act on the machine anyway is not stopped half-way. Return: DTRACE_KILLED_*, 0 = it may live on. */
static u32 why_kill(struct dtk_state *state)
{
	if (!state->is_enabled || state->is_destructive || READ_ONCE(state->activity) >= DTK_STOPPED)
		return 0;
	if (is_overspending(state))
		return DTRACE_KILLED_BUDGET;
	return is_silent(state) ? DTRACE_KILLED_SILENT : 0;
}

void dtk_state_deadman(struct work_struct *work)
{
	struct dtk_state *state;

	mutex_lock(&dtk_core.ops_lock);
	list_for_each_entry(state, &dtk_core.states, link) {
		u32 why = why_kill(state);

		if (!why)
			continue;
		state->killed_by = why;
		/* Pairs with dtk_ctl_status(): who sees that it was killed sees why. */
		smp_store_release(&state->activity, DTK_KILLED);
		set_running(state, false);
		dtk_trace(DTK_TRACE_KILL, state->number, why);
		disarm(state);
		dtk_state_wake(state);
	}
	mutex_unlock(&dtk_core.ops_lock);
	queue_delayed_work(dtk_core.wq, &dtk_core.deadman_work, DEADMAN_PERIOD);
}
