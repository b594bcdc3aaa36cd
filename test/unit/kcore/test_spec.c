// SPDX-License-Identifier: MIT
/*
 * Speculations over CPUs: every transition of the state machine, what is busy and unavailable, drops, the cleaner.
 */
#include "storage_fixture.h"

#define RECORD_BYTES 16u

static int begin(u32 nspec, u64 specsize)
{
	unsigned int cpu;

	open_state();
	request.opt.nspec = nspec;
	request.opt.specsize = specsize;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		if (dtk_buffer_init(&per_cpu_ptr(state->pcpu, cpu)->buf, DTRACE_BUFPOLICY_SWITCH, 4096, 0, 4096, 0))
			return -ENOMEM;
	return dtk_specs_init(&state->specs, &request, DTK_USES_SPEC);
}

static void end(void)
{
	unsigned int cpu;

	dtk_specs_exit(&state->specs);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		dtk_buffer_exit(&per_cpu_ptr(state->pcpu, cpu)->buf);
	close_state();
}

static u64 speculation(void)
{
	return dtk_subr_SPECULATION(0, 0, 0, 0, 0);
}

static void write_record(u64 id, u64 value)
{
	u64 payload[2] = { value, 0 };
	struct dtrace_rec rec = { .size = sizeof(rec) + RECORD_BYTES, .epid = 1, .time = value };

	dtk_subr_SPECULATE(id, 0, 0, 0, 0);
	dtk_specs_write(dtk_mstate_this(), &rec, payload);
}

static void commit(u64 id)
{
	dtk_subr_COMMIT(id, 0, 0, 0, 0);
}

static void discard(u64 id)
{
	dtk_subr_DISCARD(id, 0, 0, 0, 0);
}

static u32 records(unsigned int cpu)
{
	return per_cpu_ptr(state->pcpu, cpu)->buf.head / (sizeof(struct dtrace_rec) + RECORD_BYTES);
}

static enum dtk_spec_state spec_state(u64 id)
{
	return atomic_read(&state->specs.specs[id - 1].word) & 0xff;
}

static void ids(void)
{
	begin(2, 4096);
	CHECK_EQ(speculation(), 1, "the first id");
	CHECK_EQ(speculation(), 2, "the second");
	CHECK_EQ(speculation(), 0, "no third");
	CHECK_EQ(counters(0)->spec_unavail, 1, "is counted as unavailable");
	discard(1);
	CHECK_EQ(speculation(), 1, "discarded without data: free at once");
	commit(2);
	CHECK_EQ(speculation(), 2, "committed without data, too");
	commit(0);
	discard(0);
	commit(3);
	discard(~0ull);
	write_record(0, 1);
	CHECK_EQ(dtk_mstate_this()->spec != 0, 1, "speculate(0): the record goes nowhere");
	CHECK_EQ(records(0), 0, "and nothing is recorded");
	end();
}

static void one_cpu(void)
{
	const struct dtrace_rec *rec;

	begin(1, 4096);
	speculation();
	write_record(1, 41);
	write_record(1, 42);
	CHECK_EQ(spec_state(1), DTK_SPEC_ACTIVE_ONE, "data on one CPU");
	CHECK_EQ(records(0), 0, "not in the principal buffer");
	commit(1);
	CHECK_EQ(records(0), 2, "commit copies it at once");
	rec = (const struct dtrace_rec *)state->pcpu->buf.base;
	CHECK(rec->flags & DTRACE_REC_COMMITTED && rec->time == 41 && !rec->seq, "marked, with its own time");
	CHECK_EQ(spec_state(1), DTK_SPEC_INACTIVE, "and the id is free");
	write_record(1, 43);
	commit(1);
	CHECK_EQ(records(0), 2, "an id that is not in use records nothing");
	speculation();
	write_record(1, 44);
	discard(1);
	CHECK_EQ(spec_state(1), DTK_SPEC_INACTIVE, "discard on its CPU is complete at once");
	speculation();
	commit(1);
	CHECK_EQ(records(0), 2, "nothing of the discarded one is left");
	end();
}

static void two_cpus(void)
{
	begin(1, 4096);
	speculation();
	write_record(1, 1);
	run_on(1);
	write_record(1, 2);
	CHECK_EQ(spec_state(1), DTK_SPEC_ACTIVE_MANY, "data on two CPUs");
	commit(1);
	CHECK_EQ(records(1), 1, "the committing CPU's part comes at once");
	CHECK_EQ(records(0), 0, "the other one's does not");
	CHECK_EQ(speculation(), 0, "meanwhile the id is not free");
	CHECK_EQ(counters(1)->spec_busy, 1, "which is counted as busy");
	write_record(1, 3);
	discard(1);
	CHECK_EQ(spec_state(1), DTK_SPEC_COMMITTING_MANY, "and takes neither records nor discard");
	dtk_specs_clean(state);
	CHECK_EQ(records(0), 1, "the cleaner brings the rest");
	CHECK_EQ(records(1), 1, "and nothing twice");
	CHECK_EQ(spec_state(1), DTK_SPEC_INACTIVE, "then the id is free");
	end();
}

static void elsewhere(void)
{
	begin(1, 4096);
	speculation();
	write_record(1, 1);
	run_on(1);
	commit(1);
	CHECK_EQ(spec_state(1), DTK_SPEC_COMMITTING_MANY, "commit on a CPU without data waits for the cleaner");
	dtk_specs_clean(state);
	CHECK_EQ(records(0), 1, "which brings the data");
	run_on(0);
	speculation();
	write_record(1, 2);
	run_on(1);
	discard(1);
	CHECK_EQ(spec_state(1), DTK_SPEC_DISCARDING, "discard elsewhere waits, too");
	dtk_specs_clean(state);
	CHECK_EQ(records(0), 1, "and brings nothing");
	CHECK_EQ(spec_state(1), DTK_SPEC_INACTIVE, "but frees the id");
	end();
}

static void room(void)
{
	u32 i;

	begin(1, 3 * (sizeof(struct dtrace_rec) + RECORD_BYTES));
	speculation();
	for (i = 0; i < 5; i++)
		write_record(1, i);
	CHECK_EQ(counters(0)->spec_drops, 2, "what does not fit is counted");
	commit(1);
	CHECK_EQ(records(0), 3, "what fits arrives");
	end();
}

static void unused(void)
{
	open_state();
	request.opt.nspec = 4;
	CHECK(!dtk_specs_init(&state->specs, &request, 0) && !state->specs.nr,
	      "nothing is allocated when no program speculates");
	CHECK_EQ(speculation(), 0, "then there is no speculation");
	dtk_specs_clean(state);
	dtk_specs_exit(&state->specs);
	close_state();
}

int main(void)
{
	shim_reset();
	ids();
	one_cpu();
	two_cpus();
	elsewhere();
	room();
	unused();
	CHECK_EQ(shim.nr_live, 0, "nothing stays allocated");
	return check_result();
}
