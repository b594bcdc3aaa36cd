// SPDX-License-Identifier: MIT
/*
 * Aggregations where CPUs and buffers matter: switching gives deltas, a full half counts drops, generations, keys that
 * collide, parameters that are refused. What functions compute is compared with the reference in test_programs.
 */
#include "storage_fixture.h"
#include "quant.h"

static struct dtrace_agg descs[] = {
	{ .func = DTRACE_AGG_COUNT, .data_size = 8 },
	{ .func = DTRACE_AGG_SUM, .data_size = 8 },
};

static int begin(u64 aggsize)
{
	open_state();
	request.aggs = descs;
	request.nr_aggs = ARRAY_SIZE(descs);
	request.opt.aggsize = aggsize;
	return dtk_aggs_init(&state->aggs, &request);
}

static void end(void)
{
	dtk_aggs_exit(&state->aggs);
	close_state();
}

static void count(u32 agg, u32 shape, u64 key, u64 value)
{
	*(u64 *)frame() = key;
	dtk_subr_AGG(agg, addr(frame()), shape, value, 1);
}

/* What a CPU gathered since the last switch: elements, and the sum of their first words. */
static u32 take(unsigned int cpu, u64 *sum)
{
	const struct dtk_agg_half *half = state->aggs.cpus[cpu]->active;
	u64 offset, used, at;
	u32 nr = 0;

	dtk_aggs_switch(&state->aggs, cpu, &offset, &used);
	CHECK(used <= state->aggs.size && offset == (half == &state->aggs.cpus[cpu]->half[1]) * state->aggs.size,
	      "what is given lies in the half that was active");
	*sum = 0;
	for (at = 0; at < used; nr++) {
		const struct dtrace_aggrec *rec = (const void *)(half->base + at);

		*sum += *(const u64 *)((const u8 *)(rec + 1) + shapes[rec->shape].size);
		at += rec->size;
	}
	return nr;
}

static void deltas(void)
{
	u64 sum;
	u32 i, round;

	CHECK(!begin(65536), "buffers are made");
	for (round = 0; round < 5; round++) {
		for (i = 0; i < 10; i++)
			count(0, 0, 0, 1);
		count(1, 0, 0, 100 + round);
		CHECK_EQ(take(0, &sum), 2, "round %u: two elements", round);
		CHECK_EQ(sum, 10 + 100 + round, "with what came since the last switch");
	}
	CHECK_EQ(take(0, &sum), 0, "nothing since then");
	run_on(1);
	count(0, 1, 5, 1);
	CHECK_EQ(take(0, &sum), 0, "CPU 0 has nothing of CPU 1");
	CHECK_EQ(take(1, &sum), 1, "CPU 1 has it");
	end();
}

static void keys(void)
{
	u64 sum;
	u32 i, pass;

	begin(1 << 20);
	for (pass = 0; pass < 3; pass++)
		for (i = 0; i < 1000; i++)
			count(0, 1, i, 1);
	CHECK_EQ(take(0, &sum), 1000, "1000 keys are 1000 elements");
	CHECK_EQ(sum, 3000, "none counted twice or lost");
	count(0, 1, 7, 1);
	count(1, 1, 7, 1);
	CHECK_EQ(take(0, &sum), 2, "the same key of two aggregations");
	CHECK_EQ(counters(0)->agg_drops, 0, "no drops");
	end();
}

static void count_text(u32 agg, u32 shape, const char *text, u64 number)
{
	memset(frame(), 0xaa, 48);
	strscpy((char *)frame(), text, 16);
	memset(frame() + strlen(text), 0, 8 - strlen(text) % 8);
	if (shape == 3)
		((u64 *)frame())[2] = number;
	dtk_subr_AGG(agg, addr(frame()), shape, 1, 1);
}

/* The key that came last is found without the table: it must be the whole key, of the same shape, in this half. */
static void keys_again(void)
{
	u64 sum;
	u32 i;

	begin(1 << 20);
	for (i = 0; i < 10; i++) {
		count_text(0, 2, "a", 0);
		count_text(0, 2, "a", 0);
		count_text(0, 2, "ab", 0);
		count_text(0, 2, "abcdefgh", 0);
		count_text(0, 2, "abcdefghi", 0);
		count_text(0, 2, "abcdefghi", 0);
	}
	CHECK_EQ(take(0, &sum), 4, "four strings");
	CHECK_EQ(sum, 60, "all counted");
	for (i = 0; i < 10; i++) {
		count_text(0, 3, "a", i & 1);
		count_text(0, 3, "abcdefgh", i & 1);
		count_text(0, 3, "abcdefgh", i & 1);
	}
	CHECK_EQ(take(0, &sum), 4, "two strings with two numbers each");
	CHECK_EQ(sum, 30, "all counted");
	count(0, 1, 'a', 1);
	count_text(0, 2, "a", 0);
	count(0, 1, 'a', 1);
	count(0, 0, 0, 1);
	CHECK_EQ(take(0, &sum), 3, "the same bytes as keys of two shapes, and no key");
	CHECK_EQ(sum, 4, "all counted");
	count_text(0, 2, "a", 0);
	CHECK_EQ(take(0, &sum), 1, "the next half begins anew");
	CHECK_EQ(sum, 1, "and so does the count");
	end();
}

static void full(void)
{
	u64 sum;
	u32 i, nr;

	begin(4096);
	for (i = 0; i < 1000; i++)
		count(0, 1, i, 1);
	nr = take(0, &sum);
	CHECK(nr > 10 && nr < 1000, "a page holds %u elements", nr);
	CHECK_EQ(nr + counters(0)->agg_drops, 1000, "the others are counted as drops");
	count(0, 1, 1, 1);
	CHECK_EQ(take(0, &sum), 1, "the next half is empty");
	end();
}

static void generations(void)
{
	u64 sum;
	struct dtk_agg_cpu *cpu;

	begin(4096);
	count(0, 1, 1, 1);
	take(0, &sum);
	cpu = state->aggs.cpus[0];
	cpu->half[0].gen = U32_MAX;
	cpu->half[1].gen = U32_MAX;
	count(0, 1, 1, 1);
	CHECK_EQ(take(0, &sum), 1, "the last generation");
	count(0, 1, 1, 1);
	CHECK_EQ(take(0, &sum), 1, "after which old buckets do not come back");
	count(0, 1, 1, 1);
	CHECK_EQ(take(0, &sum), 1, "in the other half neither");
	end();
}

static void after_a_fault(void)
{
	u64 sum;

	begin(4096);
	dtk_fault(dtk_mstate_this(), DTRACE_FLT_DIVZERO, 0);
	count(0, 0, 0, 1);
	CHECK_EQ(take(0, &sum), 0, "after a fault nothing is counted");
	end();
}

static void parameters(void)
{
	const struct {
		const char *reason;
		struct dtrace_agg agg;
	} cases[] = {
		{ NULL, { .func = DTRACE_AGG_QUANTIZE, .data_size = 127 * 8 } },
		{ "unknown aggregating function", { .func = 0, .data_size = 8 } },
		{ "unknown aggregating function", { .func = 10, .data_size = 8 } },
		{ "data size does not fit the function", { .func = DTRACE_AGG_AVG, .data_size = 8 } },
		{ NULL, { .func = DTRACE_AGG_LQUANTIZE, .data_size = 12 * 8, .param = { 0, 100, 10 } } },
		{ "lquantize: step is not positive",
		  { .func = DTRACE_AGG_LQUANTIZE, .data_size = 12 * 8, .param = { 0, 100, 0 } } },
		{ "lquantize: base is not below limit",
		  { .func = DTRACE_AGG_LQUANTIZE, .data_size = 12 * 8, .param = { 5, 5, 1 } } },
		{ "lquantize: too many levels",
		  { .func = DTRACE_AGG_LQUANTIZE, .data_size = 8, .param = { S64_MIN, S64_MAX, 1 } } },
		{ "llquantize: factor is out of range",
		  { .func = DTRACE_AGG_LLQUANTIZE, .data_size = 8, .param = { 1, 0, 1, 10 } } },
		{ "llquantize: powers are out of order",
		  { .func = DTRACE_AGG_LLQUANTIZE, .data_size = 8, .param = { 10, 2, 1, 10 } } },
		{ "llquantize: steps are no multiple of the factor",
		  { .func = DTRACE_AGG_LLQUANTIZE, .data_size = 8, .param = { 10, 0, 1, 15 } } },
		{ "llquantize: highest power does not fit 64 bits",
		  { .func = DTRACE_AGG_LLQUANTIZE, .data_size = 8, .param = { 10, 0, 19, 10 } } },
		{ "llquantize: too many buckets",
		  { .func = DTRACE_AGG_LLQUANTIZE, .data_size = 8, .param = { 2, 0, 10, 65536 } } },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *why = dtk_quant_check(&cases[i].agg);

		CHECK(cases[i].reason ? why && !strcmp(why, cases[i].reason) : !why, "parameters %u: %s", i,
		      why ? why : "accepted");
	}
}

int main(void)
{
	shim_reset();
	deltas();
	keys();
	keys_again();
	full();
	generations();
	after_a_fault();
	parameters();
	CHECK_EQ(shim.nr_live, 0, "nothing stays allocated");
	return check_result();
}
