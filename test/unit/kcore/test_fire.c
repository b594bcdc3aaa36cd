// SPDX-License-Identifier: MIT
/*
 * Consumers, enablings and firing, with clauses that are C functions: activity, order, faults and ERROR, the
 * recursion guard, the budget of a firing, two consumers, retained enablings, disarming, the deadman. Links the real core files.
 */
#include "core_fixture.h"
#include "shim/check.h"

#define NR_CLAUSES 6u

static struct module owner = { .name = "dtrace_test" };
static struct dtrace_provider_handle *prov;
static u32 nr_armed, nr_enable_calls, nr_disable_calls;
static int enable_error;

/* ---- a provider ---- */

static int on_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	nr_enable_calls++;
	if (enable_error)
		return enable_error;
	nr_armed += nr;
	return 0;
}

static void on_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	nr_disable_calls++;
	nr_armed -= nr;
}

static int on_provide(void *arg, const struct dtrace_probedesc *desc)
{
	if (!strcmp(desc->name, "lazy") && !dtrace_probe_lookup(prov, "", "", "lazy"))
		dtrace_probe_create(prov, "", "", "lazy", 0, NULL);
	return strcmp(desc->name, "broken") ? 0 : -EIO;
}

static const struct dtrace_provider_ops ops = {
	DTRACE_PROVIDER_OPS,
	.provide = on_provide,
	.enable = on_enable,
	.disable = on_disable,
};

/* ---- clauses ---- */

static char ran[256];
static u32 nr_ran;
static struct dtrace_probe *nested;

static void note(char c)
{
	if (nr_ran < sizeof(ran) - 1)
		ran[nr_ran++] = c;
	ran[nr_ran] = '\0';
}

static void forget(void)
{
	nr_ran = 0;
	ran[0] = '\0';
}

static unsigned int clause_a(const void *firing, const struct bpf_insn *insns)
{
	struct dtk_mstate *ms = dtk_mstate_this();
	u64 *frame = (u64 *)ms->frame;

	note('a');
	frame[8]++;		/* the clause-local variable */
	frame[9] = ((const struct dtrace_firing *)firing)->arg[0];
	return 1;
}

static unsigned int clause_b(const void *firing, const struct bpf_insn *insns)
{
	struct dtk_mstate *ms = dtk_mstate_this();

	note('b');
	if (nested) {
		struct dtrace_firing inner = DTRACE_FIRING_INIT;

		dtrace_fire(nested, &inner);
	}
	((u64 *)ms->frame)[8]++;
	return 0;		/* a false predicate */
}

static unsigned int clause_fault(const void *firing, const struct bpf_insn *insns)
{
	struct dtk_mstate *ms = dtk_mstate_this();

	note('f');
	*(u32 *)(ms->frame + DTRACE_FRAME_SITE) = DTRACE_SITE(3, 17);
	dtk_fault(ms, DTRACE_FLT_BADADDR, 0xdead);
	return 1;
}

static unsigned int clause_exit(const void *firing, const struct bpf_insn *insns)
{
	note('x');
	dtk_state_exit(dtk_mstate_this()->state, 42);
	return 1;
}

/* Costs three fifths of what a firing may cost, and says how far it came. */
static unsigned int clause_work(const void *firing, const struct bpf_insn *insns)
{
	note(dtk_charge(dtk_mstate_this(), 600 * DTK_WORK_PER_US) ? 'w' : 'W');
	return 1;
}

/* Costs nothing by itself, but there is much of it. */
static unsigned int clause_long(const void *firing, const struct bpf_insn *insns)
{
	note('l');
	return 1;
}

static const dtk_prog_fn clauses[NR_CLAUSES] = { clause_a,    clause_b,	   clause_fault,
						  clause_exit, clause_work, clause_long };

static u32 program_filter;	/* of program 0 */

/* The real dtk_progs_load() is prog.c's; here program n is clauses[n]. */
int dtk_progs_load(struct dtk_progs *progs, struct dtk_request *req, struct dtk_log *log)
{
	u32 i;

	progs->progs = kvcalloc(req->nr_progs, sizeof(*progs->progs), GFP_KERNEL);
	if (!progs->progs)
		return -ENOMEM;
	progs->nr_progs = req->nr_progs;
	for (i = 0; i < req->nr_progs; i++) {
		progs->progs[i].func = clauses[i];
		progs->progs[i].flags = DTRACE_PROG_RECORD;
		progs->progs[i].rec_offset = 72;
		progs->progs[i].rec_size = 8;
		progs->progs[i].filter = i ? 0 : program_filter;
		progs->progs[i].cost = i == 5 ? 700 * DTK_WORK_PER_US : 0;
	}
	return 0;
}

/* ---- consumers ---- */

struct bind_spec {
	const char *name;
	u32 prog;
};

static struct dtk_state *open_consumer(const struct bind_spec *specs, u32 nr, u32 policy, int *err)
{
	struct dtk_state *state = dtk_state_create();
	struct dtk_request *req = kzalloc(sizeof(*req), GFP_KERNEL);
	struct dtk_log log = { .bad_prog = ~0u, .bad_insn = ~0u, .bad_bind = ~0u };
	u32 i, nr_ecbs;

	req->opt.bufsize = 4096;
	req->opt.strsize = 256;
	req->opt.firebudget_us = 1000;
	req->opt.cleanrate_hz = 101;
	req->opt.bufpolicy = policy;
	req->opt.cpu = DTRACE_ALL_CPUS;
	req->frame_size = 128;
	req->local_offset = 64;
	req->local_size = 8;
	req->nr_progs = NR_CLAUSES;
	req->progs = kvcalloc(NR_CLAUSES, sizeof(*req->progs), GFP_KERNEL);
	for (i = 0; i < NR_CLAUSES; i++)
		req->progs[i].rec_size = 8;
	req->nr_binds = nr;
	req->binds = kvcalloc(nr, sizeof(*req->binds), GFP_KERNEL);
	for (i = 0; i < nr; i++) {
		strscpy(req->binds[i].pattern.name, specs[i].name, DTRACE_NAMELEN);
		req->binds[i].prog = specs[i].prog;
	}
	state->req = req;
	mutex_lock(&state->lock);
	*err = dtk_progs_load(&state->progs, req, &log);
	if (!*err)
		*err = dtk_state_store(state, &log);
	if (!*err)
		*err = dtk_enabling_create(state, &log, &nr_ecbs);
	mutex_unlock(&state->lock);
	return state;
}

static int go(struct dtk_state *state)
{
	u32 cpu;
	int err;

	mutex_lock(&state->lock);
	err = dtk_state_go(state, &cpu);
	mutex_unlock(&state->lock);
	return err;
}

static int stop(struct dtk_state *state)
{
	u32 cpu;
	int err;

	mutex_lock(&state->lock);
	err = dtk_state_stop(state, &cpu);
	mutex_unlock(&state->lock);
	return err;
}

static void fire(struct dtrace_probe *probe, u64 arg0)
{
	struct dtrace_firing firing = DTRACE_FIRING_INIT;

	firing.arg[0] = arg0;
	dtrace_fire(probe, &firing);
}

static const struct dtrace_rec *record(struct dtk_state *state, u32 index)
{
	const struct dtk_buffer *buf = &state->pcpu->buf;
	u64 at = 0;

	while (at < buf->head && index--)
		at += ((const struct dtrace_rec *)(buf->base + at))->size;
	return at < buf->head ? (const void *)(buf->base + at) : NULL;
}

static u64 payload(const struct dtrace_rec *rec)
{
	return rec ? *(const u64 *)(rec + 1) : ~0ull;
}

#define OPEN(specs, policy, err) open_consumer(specs, ARRAY_SIZE(specs), policy, err)

/* ---- tests ---- */

static void life(struct dtrace_probe *probe)
{
	static const struct bind_spec specs[] = {
		{ "BEGIN", 0 }, { "p", 0 }, { "p", 1 }, { "p", 0 }, { "END", 0 }
	};
	int err;
	struct dtk_state *state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);

	CHECK(!err && nr_armed == 1 && owner.refs == 1, "enabling arms and holds the module");
	forget();
	fire(probe, 1);
	CHECK(!nr_ran, "nothing fires before GO");
	CHECK_EQ(stop(state), -EBUSY, "STOP before GO is refused");
	CHECK_EQ(go(state), 0, "GO");
	CHECK(!strcmp(ran, "a"), "BEGIN ran");
	CHECK_EQ(go(state), -EBUSY, "GO twice is refused");
	forget();
	fire(probe, 77);
	CHECK(!strcmp(ran, "aba"), "clauses run in order");
	CHECK_EQ(payload(record(state, 1)), 77, "arguments reach the record");
	CHECK(record(state, 2) && record(state, 2)->epid == 4 && !record(state, 3),
	      "a false predicate makes no record");
	CHECK_EQ(((u64 *)state->pcpu->frame)[8], 3, "clause-locals carry from clause to clause");
	fire(probe, 78);
	CHECK_EQ(((u64 *)state->pcpu->frame)[8], 3, "and start from zero in the next firing");
	CHECK_EQ(state->pcpu->count.firings, 7, "every clause that ran is counted");
	forget();
	CHECK_EQ(stop(state), 0, "STOP");
	CHECK(!strcmp(ran, "a"), "END ran");
	forget();
	fire(probe, 1);
	CHECK(!nr_ran, "nothing fires after END");
	dtk_state_close(state);
	CHECK(!nr_armed && !owner.refs && !probe->ecbs, "closing disarms and lets the module go");
}

static void faulting(struct dtrace_probe *probe)
{
	static const struct bind_spec specs[] = { { "p", 0 }, { "p", 2 }, { "p", 0 }, { "ERROR", 0 } };
	static const struct bind_spec bare[] = { { "p", 2 }, { "ERROR", 2 } };
	const struct dtrace_rec_error *error;
	int err;
	struct dtk_state *state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);

	go(state);
	forget();
	fire(probe, 5);
	CHECK(!strcmp(ran, "afaa"), "ERROR runs right after the clause that faulted: %s", ran);
	error = (const void *)(record(state, 1) + 1);
	CHECK(record(state, 1)->flags == DTRACE_REC_ERROR && record(state, 1)->epid == 2,
	      "the faulting clause's record is an error record");
	CHECK(error->fault == DTRACE_FLT_BADADDR && error->value == 0xdead &&
		      error->site == DTRACE_SITE(3, 17),
	      "that says what, where and with which value");
	CHECK_EQ(record(state, 2)->epid, 4, "ERROR's record follows");
	CHECK_EQ(payload(record(state, 3)), 5, "later clauses run with their own arguments");
	CHECK_EQ(((u64 *)state->pcpu->frame)[8], 2, "and their own clause-locals");
	CHECK_EQ(state->pcpu->buf.errors, 1, "the fault is counted");
	dtk_state_close(state);

	state = OPEN(bare, DTRACE_BUFPOLICY_SWITCH, &err);
	go(state);
	fire(probe, 5);
	CHECK(record(state, 0) && !record(state, 1), "a fault inside ERROR makes no record");
	CHECK_EQ(state->pcpu->count.error_drops, 1, "and is counted");
	dtk_state_close(state);
}

static void recursing(struct dtrace_probe *probe, struct dtrace_probe *other)
{
	static const struct bind_spec specs[] = { { "p", 1 }, { "q", 0 } };
	int err;
	struct dtk_state *state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);

	go(state);
	forget();
	nested = other;
	fire(probe, 0);
	CHECK(!strcmp(ran, "b"), "a probe inside a probe does not run");
	CHECK_EQ(state->pcpu->count.recursion_drops, 1, "and is counted as recursion");
	shim.is_nmi = true;
	fire(probe, 0);
	shim.is_nmi = false;
	CHECK_EQ(state->pcpu->count.nmi_drops, 1, "or as lost to an NMI");
	nested = NULL;
	fire(other, 0);
	CHECK(!strcmp(ran, "bba"), "the guard is free again");
	dtrace_count_missed(probe, 5);
	CHECK_EQ(state->pcpu->count.missed_ticks, 5, "missed ticks go to the probe's consumers");
	dtk_state_close(state);
}

static void exiting(struct dtrace_probe *probe)
{
	static const struct bind_spec in_probe[] = { { "p", 0 }, { "p", 3 }, { "p", 0 }, { "END", 0 } };
	static const struct bind_spec in_begin[] = { { "BEGIN", 3 }, { "BEGIN", 0 }, { "p", 0 } };
	static const struct bind_spec in_end[] = { { "p", 0 }, { "END", 3 } };
	int err;
	struct dtk_state *state = OPEN(in_probe, DTRACE_BUFPOLICY_SWITCH, &err);

	go(state);
	forget();
	shim.nr_wakeups = 0;
	fire(probe, 0);
	CHECK(!strcmp(ran, "ax"), "no clause runs after the one that called exit()");
	CHECK_EQ(state->exit_word, DTK_EXIT_SET | 42, "its status is kept");
	shim_run_pending();
	CHECK_EQ(shim.nr_wakeups, 1, "the consumer is woken");
	fire(probe, 0);
	CHECK(!strcmp(ran, "ax"), "no probe fires any more");
	stop(state);
	CHECK(!strcmp(ran, "axa"), "but END");
	dtk_state_close(state);

	state = OPEN(in_begin, DTRACE_BUFPOLICY_SWITCH, &err);
	forget();
	go(state);
	fire(probe, 0);
	CHECK(!strcmp(ran, "x"), "exit() in BEGIN: nothing else ever fires");
	dtk_state_close(state);

	state = OPEN(in_end, DTRACE_BUFPOLICY_SWITCH, &err);
	go(state);
	stop(state);
	CHECK_EQ(state->exit_word, DTK_EXIT_SET | 42, "exit() in END sets the status");
	dtk_state_close(state);
}

static void two_consumers(struct dtrace_probe *probe)
{
	static const struct bind_spec one[] = { { "p", 0 }, { "BEGIN", 0 } };
	static const struct bind_spec two[] = { { "p", 1 }, { "p", 1 }, { "BEGIN", 1 } };
	u32 enables = nr_enable_calls;
	int err;
	struct dtk_state *a = OPEN(one, DTRACE_BUFPOLICY_SWITCH, &err);
	struct dtk_state *b = OPEN(two, DTRACE_BUFPOLICY_SWITCH, &err);

	CHECK_EQ(nr_enable_calls - enables, 1, "a probe of two consumers is armed once");
	forget();
	go(a);
	CHECK(!strcmp(ran, "a"), "BEGIN is each consumer's own");
	fire(probe, 0);
	CHECK(!strcmp(ran, "aa"), "a consumer that was not started does not fire");
	go(b);
	forget();
	fire(probe, 0);
	CHECK(!strcmp(ran, "abb"), "both fire");
	CHECK(a->pcpu->count.firings == 3 && b->pcpu->count.firings == 3, "each has its own counts");
	dtk_state_close(a);
	forget();
	fire(probe, 0);
	CHECK(!strcmp(ran, "bb") && nr_armed == 1, "closing one leaves the other");
	dtk_state_close(b);
	CHECK(!nr_armed && !probe->ecbs, "closing both disarms");
}

/* Program 0 begins with a filter; a clause that runs all the same leaves its letter. */
static struct dtk_state *open_filtered(const struct bind_spec *specs, u32 nr, u32 filter)
{
	int err;
	struct dtk_state *state;

	program_filter = filter;
	state = open_consumer(specs, nr, DTRACE_BUFPOLICY_SWITCH, &err);
	program_filter = 0;
	CHECK_EQ(err, 0, "enabled");
	go(state);
	forget();
	return state;
}

static void filters(struct dtrace_probe *probe)
{
	static const struct bind_spec one[] = { { "p", 0 } };
	static const struct bind_spec mixed[] = { { "p", 0 }, { "p", 1 } };
	struct dtk_state *a, *b;
	int pid = shim.task->tgid, tid = shim.task->pid;

	shim.task->tgid = 100;
	shim.task->pid = 101;
	a = open_filtered(one, 1, DTRACE_FILTER(DTRACE_FILTER_PID_IS, 100));
	fire(probe, 0);
	CHECK(!strcmp(ran, "a"), "the right process");
	shim.task->tgid = 99;
	fire(probe, 0);
	CHECK(!strcmp(ran, "a"), "another one is passed over");
	CHECK_EQ(a->pcpu->count.firings, 1, "and no clause is said to have run");
	b = open_filtered(one, 1, DTRACE_FILTER(DTRACE_FILTER_PID_ISNT, 100));
	fire(probe, 0);
	CHECK(!strcmp(ran, "aa"), "clauses with other filters are asked themselves");
	dtk_state_close(a);
	forget();
	fire(probe, 0);
	CHECK(!strcmp(ran, "a"), "the other filter alone: lets through");
	shim.task->tgid = 100;
	fire(probe, 0);
	CHECK(!strcmp(ran, "a"), "and not");
	a = open_filtered(one, 1, DTRACE_FILTER(DTRACE_FILTER_PID_ISNT, 100));
	fire(probe, 0);
	CHECK(!*ran, "two clauses with the same filter");
	shim.task->tgid = 99;
	fire(probe, 0);
	CHECK(!strcmp(ran, "aa"), "and where it lets through");
	dtk_state_close(a);
	dtk_state_close(b);
	CHECK(!probe->filter, "nothing stays");

	a = open_filtered(one, 1, DTRACE_FILTER(DTRACE_FILTER_TID_IS, 101));
	fire(probe, 0);
	CHECK(!strcmp(ran, "a"), "a thread");
	shim.task->pid = 102;
	fire(probe, 0);
	CHECK(!strcmp(ran, "a"), "not another");
	dtk_state_close(a);
	a = open_filtered(one, 1, DTRACE_FILTER(DTRACE_FILTER_TID_ISNT, 101));
	fire(probe, 0);
	CHECK(!strcmp(ran, "a"), "all but one thread");
	shim.task->pid = 101;
	fire(probe, 0);
	CHECK(!strcmp(ran, "a"), "not this one");
	dtk_state_close(a);
	a = open_filtered(mixed, 2, DTRACE_FILTER(DTRACE_FILTER_TID_IS, 1));
	fire(probe, 0);
	CHECK(!strcmp(ran, "ab"), "a clause without a filter keeps the probe open");
	dtk_state_close(a);
	shim.task->tgid = pid;
	shim.task->pid = tid;
}

static void retaining(struct dtrace_probe *probe)
{
	static const struct bind_spec specs[] = { { "new*", 0 }, { "p", 0 } };
	static const struct bind_spec lazy[] = { { "lazy", 0 } };
	static const struct bind_spec broken[] = { { "no-such", 0 } };
	struct dtrace_probe *fresh;
	struct dtk_state *state;
	int err;

	state = OPEN(broken, DTRACE_BUFPOLICY_SWITCH, &err);
	CHECK(err == -ENOENT && !nr_armed, "matching nothing is an error");
	dtk_state_close(state);
	state = OPEN(lazy, DTRACE_BUFPOLICY_SWITCH, &err);
	CHECK(!err && nr_armed == 1, "a provider creates probes on demand");
	dtk_state_close(state);

	dtrace_probe_create(prov, "", "", "new1", 0, NULL);
	state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);
	go(state);
	CHECK_EQ(state->nr_ecbs, 2, "what is there is matched");
	fresh = dtrace_probe_create(prov, "", "", "new2", 0, NULL);
	dtrace_probe_create(prov, "", "", "unrelated", 0, NULL);
	CHECK(!fresh->ecbs, "a new probe waits for the worker");
	shim_run_pending();
	CHECK(state->nr_ecbs == 3 && fresh->ecbs && nr_armed == 3, "then a pattern takes it on");
	forget();
	fire(fresh, 0);
	CHECK(!strcmp(ran, "a"), "and it fires");
	enable_error = -EIO;
	dtrace_probe_create(prov, "", "", "new3", 0, NULL);
	shim_run_pending();
	enable_error = 0;
	CHECK(state->nr_ecbs == 3 && state->pcpu->count.other_drops == 1,
	      "one that cannot be armed is counted as missing");
	dtrace_probe_destroy(prov, &fresh, 1);
	CHECK(nr_armed == 2, "a probe that goes away is disarmed");
	fire(probe, 0);
	CHECK(!strcmp(ran, "aa"), "the consumer runs on without it");
	CHECK_EQ(dtrace_provider_unregister(prov), -EBUSY, "its provider cannot leave");
	dtk_state_close(state);
	CHECK(!nr_armed && !owner.refs, "all is disarmed in the end");
}

static void refusing(void)
{
	static const struct bind_spec specs[] = { { "p", 0 }, { "q", 0 } };
	u32 n, worked = 0;
	long live;
	int err;
	struct dtk_state *state;

	enable_error = -EIO;
	state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);
	CHECK(err == -EIO && !state->nr_ecbs && !owner.refs, "what a provider cannot arm is refused whole");
	enable_error = 0;
	dtk_state_close(state);
	live = shim.nr_live;
	for (n = 1; n < 40; n++) {
		struct dtk_state *second;

		/* The fixture's own allocations come first. */
		state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);
		shim.fail_at = 6 + n;
		second = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);
		shim.fail_at = 0;
		worked += !err;
		dtk_state_close(second);
		dtk_state_close(state);
		if (shim.nr_live != live || nr_armed)
			shim_warn("leak after a failed allocation", __FILE__, n);
	}
	CHECK(worked > 0 && worked < 39, "%u of 39 enablings with a failing allocation worked", worked);
}

static void deadman(struct dtrace_probe *probe)
{
	static const struct bind_spec specs[] = { { "p", 0 } };
	int err;
	struct dtk_state *state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);

	go(state);
	shim.now_ns += 39 * NSEC_PER_SEC;
	shim_run_pending();
	CHECK(nr_armed == 1, "39 s of silence are forgiven");
	state->alive_ns = shim.now_ns + NSEC_PER_SEC;
	shim_run_pending();
	CHECK(nr_armed == 1, "so is a sign of life that came this very moment");
	state->alive_ns = shim.now_ns - 39 * NSEC_PER_SEC;
	shim.now_ns += 2 * NSEC_PER_SEC;
	shim_run_pending();
	CHECK(!nr_armed && state->activity == DTK_KILLED, "after 40 s the consumer is killed");
	forget();
	fire(probe, 0);
	CHECK(!nr_ran, "its probes do not fire");
	CHECK_EQ(stop(state), 0, "it may still say STOP");
	dtk_state_close(state);
}

/* Firing p costs more than a firing may. */
static void budget(struct dtrace_probe *probe)
{
	static const struct bind_spec specs[] = { { "p", 4 }, { "p", 4 }, { "p", 0 }, { "p", 4 }, { "ERROR", 4 },
						  { "ERROR", 0 } };
	static const struct bind_spec leaving[] = { { "p", 4 }, { "p", 4 }, { "p", 3 } };
	static const struct bind_spec longs[] = { { "p", 5 }, { "p", 5 }, { "p", 5 }, { "p", 5 }, { "p", 0 } };
	static const struct bind_spec other[] = { { "p", 4 } };
	const struct dtrace_rec_error *error;
	struct dtk_state *a, *b;
	u32 i;
	int err;

	a = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);
	b = OPEN(other, DTRACE_BUFPOLICY_SWITCH, &err);
	go(a);
	go(b);
	forget();
	fire(probe, 5);
	/* Each fault runs both clauses of ERROR, of which one has no time either. */
	CHECK(!strcmp(ran, "wWWaaWWaw"), "who works faults, who does not runs, and the other consumer is not touched: %s",
	      ran);
	error = (const void *)(record(a, 1) + 1);
	CHECK(record(a, 1)->flags == DTRACE_REC_ERROR && error->fault == DTRACE_FLT_BUDGET && error->value == 999,
	      "the fault tells the budget");
	CHECK_EQ(a->pcpu->count.budget_faults, 1, "one firing went too far");
	CHECK_EQ(b->pcpu->count.budget_faults, 0, "not for the other");
	forget();
	fire(probe, 5);
	CHECK(!strcmp(ran, "wWWaaWWaw"), "the next firing has a budget of its own: %s", ran);
	dtk_state_close(b);
	dtk_state_close(a);

	a = OPEN(leaving, DTRACE_BUFPOLICY_SWITCH, &err);
	go(a);
	forget();
	fire(probe, 5);
	CHECK(!strcmp(ran, "wWx") && a->exit_word, "exit() still works: %s", ran);
	dtk_state_close(a);

	a = OPEN(longs, DTRACE_BUFPOLICY_SWITCH, &err);
	go(a);
	forget();
	fire(probe, 5);
	CHECK(!strcmp(ran, "lll"), "beyond twice the budget nothing runs: %s", ran);
	CHECK_EQ(a->pcpu->count.budget_skips, 2, "and is counted");
	dtk_state_close(a);

	/* 30 consumers: each has its budget as long as all together stay below the limit. */
	struct dtk_state *all[40];

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		all[i] = OPEN(other, DTRACE_BUFPOLICY_SWITCH, &err);
		go(all[i]);
	}
	forget();
	fire(probe, 5);
	for (i = 0; i < ARRAY_SIZE(all) && ran[i] == 'w'; i++)
		;
	CHECK(i >= 30 && i < 40, "%u of 40 consumers had their time", i);
	for (i = 0; i < ARRAY_SIZE(all); i++)
		dtk_state_close(all[i]);
}

static void overspending(struct dtrace_probe *probe)
{
	static const struct bind_spec specs[] = { { "p", 4 }, { "p", 4 } };
	int err, i, n;
	struct dtk_state *state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);

	go(state);
	shim_run_pending();
	for (i = 0; i < 8; i++) {
		/* Seldom, once too often, and then again and again. */
		for (n = 0; n < (i == 2 || i == 5 ? 4 : 5); n++)
			fire(probe, 0);
		state->alive_ns = shim.now_ns;
		shim_run_pending();
	}
	CHECK(state->activity == DTK_ACTIVE, "a consumer that overspends for a while is left alone");
	for (i = 0; i < 5; i++) {
		for (n = 0; n < 5; n++)
			fire(probe, 0);
		state->alive_ns = shim.now_ns;
		shim_run_pending();
	}
	CHECK(state->activity == DTK_KILLED && state->killed_by == DTRACE_KILLED_BUDGET && !nr_armed,
	      "one that goes on is killed");
	dtk_state_close(state);
}

#define NR_MANY 16000u

/* So many clauses on one probe: one array of them, that grows by doubling. */
static void many_clauses(struct dtrace_probe *probe)
{
	static struct bind_spec specs[NR_MANY];
	static const struct bind_spec few[] = { { "p", 1 }, { "p", 1 }, { "p", 1 } };
	struct dtk_state *state, *other;
	u32 i;
	int err;

	for (i = 0; i < NR_MANY; i++)
		specs[i] = (struct bind_spec){ "p", 0 };
	other = OPEN(few, DTRACE_BUFPOLICY_SWITCH, &err);
	state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);
	CHECK(!err && probe->ecbs->nr == NR_MANY + 3 && probe->ecbs->cap < 3 * NR_MANY, "16,000 clauses on one probe");
	go(state);
	go(other);
	forget();
	fire(probe, 0);
	CHECK_EQ(state->pcpu->count.firings, NR_MANY, "all run");
	/* No memory for a new array: what leaves leaves all the same. */
	shim.fail_at = 1;
	shim.fail_on = true;
	dtk_state_close(state);
	shim_run_pending();
	shim.fail_at = 0;
	shim.fail_on = false;
	forget();
	fire(probe, 0);
	CHECK(!strcmp(ran, "bbb"), "the others stay: %s", ran);
	dtrace_count_busy(probe, 1);
	dtk_state_close(other);
	shim_run_pending();
	CHECK(!probe->ecbs && !nr_armed, "and leave in their turn");
}

static void one_cpu(struct dtrace_probe *probe)
{
	static const struct bind_spec specs[] = { { "p", 0 } };
	int err;
	struct dtk_state *state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);

	state->only_cpu = 1;
	go(state);
	forget();
	fire(probe, 0);
	CHECK(!nr_ran, "option cpu: another CPU does not count");
	shim.cpu = 1;
	fire(probe, 0);
	shim.cpu = 0;
	CHECK(!strcmp(ran, "a"), "option cpu: the chosen one does");
	dtk_state_close(state);
}

static void many_probes(void)
{
	static const struct bind_spec specs[] = { { "many", 0 }, { "many", 1 } };
	struct dtrace_probe *first;
	u32 i, disables;
	char func[16];
	int err;
	struct dtk_state *state;

	for (i = 0; i < 20000; i++) {
		snprintf(func, sizeof(func), "f%u", i);
		dtrace_probe_create(prov, "m", func, "many", 0, NULL);
	}
	first = dtrace_probe_lookup(prov, "m", "f0", "many");
	nr_enable_calls = 0;
	state = OPEN(specs, DTRACE_BUFPOLICY_SWITCH, &err);
	CHECK(!err && state->nr_ecbs == 40000 && nr_armed == 20000 && nr_enable_calls == 1,
	      "20,000 probes are armed in one batch");
	go(state);
	forget();
	fire(first, 0);
	CHECK(!strcmp(ran, "ab"), "they fire");
	shim.nr_syncs = 0;
	disables = nr_disable_calls;
	dtk_state_close(state);
	/* Nobody waits for so many. */
	shim_run_pending();
	CHECK(!nr_armed && nr_disable_calls - disables == 1, "and disarmed in one");
	CHECK(shim.nr_syncs <= 2, "with %lu IPI broadcasts", shim.nr_syncs);
}

int main(void)
{
	static const struct dtrace_provider provider = { .name = "test", .ops = &ops };
	struct dtrace_probe *p, *q;

	CHECK_EQ(dtk_core_init(), 0, "the core comes up");
	prov = __dtrace_provider_register(&provider, &owner, DTRACE_PROVIDER_ABI);
	p = dtrace_probe_create(prov, "", "", "p", 0, NULL);
	q = dtrace_probe_create(prov, "", "", "q", 0, NULL);
	life(p);
	faulting(p);
	recursing(p, q);
	exiting(p);
	two_consumers(p);
	filters(p);
	retaining(p);
	refusing();
	deadman(p);
	budget(p);
	overspending(p);
	many_clauses(p);
	one_cpu(p);
	many_probes();
	CHECK_EQ(dtrace_provider_unregister(prov), 0, "the provider leaves");
	dtk_core_exit();
	CHECK_EQ(shim.nr_live, 0, "no memory is left behind");
	CHECK_EQ(shim.nr_warnings, 0, "no warnings");
	return check_result();
}
