/* SPDX-License-Identifier: MIT */
/*
 * For tests of variables, aggregations and speculations: a consumer with storage but without probes, and calls of
 * subroutines as if a clause ran on any CPU. Links the core's real files.
 */
#ifndef DT_TEST_STORAGE_FIXTURE_H
#define DT_TEST_STORAGE_FIXTURE_H

#include "dynvar.h"
#include "run.h"
#include "shim/check.h"
#include "state.h"
#include "subr.h"

#define FRAME_SIZE 512u

/* No program is ever compiled here. */
bool dtk_run_call_imm(const void *fn, s32 *imm)
{
	return false;
}

int dtk_run_compile(struct dtk_prog *prog, const struct bpf_insn *insns, u32 nr_insns)
{
	return -ENOMEM;
}

void dtk_run_free(struct dtk_prog *prog)
{
}

static struct dtk_request request;
static struct dtk_request_shape request_shapes[4];
static struct dtk_shape shapes[4];
static struct dtrace_key_comp comps[4];
static struct dtk_state *state;
static u8 *frames[SHIM_MAX_CPUS];

/* Shapes: 0 empty, 1 a number, 2 a string of 32 bytes, 3 a string of 16 bytes and a number. */
static void init_shapes(void)
{
	comps[0] = (struct dtrace_key_comp){ DTRACE_KEY_BYTES, 0, 8, 0 };
	comps[1] = (struct dtrace_key_comp){ DTRACE_KEY_STRING, 0, 32, 0 };
	request_shapes[1] = (struct dtk_request_shape){ 8, 1, &comps[0] };
	request_shapes[2] = (struct dtk_request_shape){ 32, 1, &comps[1] };
	shapes[1] = (struct dtk_shape){ 8, 1, false, &comps[0] };
	shapes[2] = (struct dtk_shape){ 32, 1, true, &comps[1] };
	comps[2] = (struct dtrace_key_comp){ DTRACE_KEY_STRING, 0, 16, 0 };
	comps[3] = (struct dtrace_key_comp){ DTRACE_KEY_BYTES, 16, 8, 0 };
	request_shapes[3] = (struct dtk_request_shape){ 24, 2, &comps[2] };
	shapes[3] = (struct dtk_shape){ 24, 2, true, &comps[2] };
	request.shapes = request_shapes;
	request.nr_shapes = 4;
}

static void run_on(unsigned int cpu)
{
	struct dtk_mstate *ms;

	shim.cpu = cpu;
	ms = dtk_mstate_this();
	memset(ms, 0, sizeof(*ms));
	ms->cpu = cpu;
	ms->state = state;
	ms->strsize = 64;
	ms->work_limit = DTK_WORK_MAX;
	ms->work = 0;
	ms->kept = dtk_dynvars_kept(state->vars.dyn, cpu);
	ms->frame = frames[cpu];
	ms->frame_size = FRAME_SIZE;
	ms->scratch = ms->frame + FRAME_SIZE;
	ms->scratch_next = ms->scratch;
	ms->scratch_end = ms->scratch;
}

static void open_state(void)
{
	unsigned int cpu;

	init_shapes();
	dtk_core.max_bytes = 1ull << 30;
	dtk_core.mem.max_bytes = 1ull << 30;
	state = kzalloc(sizeof(*state), GFP_KERNEL);
	state->pcpu = alloc_percpu(struct dtk_state_cpu);
	state->req = &request;
	state->strsize = 64;
	state->progs.shapes = shapes;
	state->progs.nr_shapes = 4;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		frames[cpu] = kzalloc(FRAME_SIZE, GFP_KERNEL);
	run_on(0);
}

static void close_state(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		kfree(frames[cpu]);
	free_percpu(state->pcpu);
	kfree(state);
}

static inline u8 *frame(void)
{
	return dtk_mstate_this()->frame + DTRACE_FRAME_HDR;
}

static inline u64 addr(const void *p)
{
	return (u64)(uintptr_t)p;
}

static inline struct dtk_counters *counters(unsigned int cpu)
{
	return &per_cpu_ptr(state->pcpu, cpu)->count;
}

#endif /* DT_TEST_STORAGE_FIXTURE_H */
