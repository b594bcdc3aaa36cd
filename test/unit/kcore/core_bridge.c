// SPDX-License-Identifier: MIT
/*
 * The kernel's side of core_bridge.h: the core's real files, with a stand-in for run.c.
 */
#include "core_bridge.h"

#include "run.h"
#include "state.h"
#include "subr.h"

bridge_runtime bridge_run;

/* ---- run.c: calls are indices in a table, programs are kept for the runtime ---- */

#define MAX_FUNCTIONS 256

static dtk_subr_fn functions[MAX_FUNCTIONS];
static u32 nr_functions;

bool dtk_run_call_imm(const void *fn, s32 *imm)
{
	u32 i;

	for (i = 0; i < nr_functions; i++)
		if ((const void *)functions[i] == fn)
			break;
	if (i == nr_functions)
		functions[nr_functions++] = (dtk_subr_fn)fn;
	*imm = i;
	return nr_functions < MAX_FUNCTIONS;
}

uint64_t bridge_call(int32_t imm, const uint64_t a[5])
{
	return functions[imm](a[0], a[1], a[2], a[3], a[4]);
}

/* The word before the instructions says how many there are. */
static unsigned int run(const void *firing, const struct bpf_insn *insns)
{
	return bridge_run(insns, *((const u64 *)insns - 1), (u64)(uintptr_t)firing);
}

int dtk_run_compile(struct dtk_prog *prog, const struct bpf_insn *insns, u32 nr_insns)
{
	u64 *mem = kvcalloc(nr_insns + 1, sizeof(*insns), GFP_KERNEL);

	if (!mem)
		return -ENOMEM;
	mem[0] = nr_insns;
	memcpy(mem + 1, insns, nr_insns * sizeof(*insns));
	prog->fp = (struct bpf_prog *)mem;
	prog->func = run;
	prog->insnsi = (const struct bpf_insn *)(mem + 1);
	return 0;
}

void dtk_run_free(struct dtk_prog *prog)
{
	kvfree(prog->fp);
	prog->fp = NULL;
}

/* ---- consumers ---- */

bool bridge_init(void)
{
	shim_reset();
	return !dtk_core_init();
}

void bridge_exit(void)
{
	dtk_core_exit();
	shim_run_pending();
}

int bridge_enable(const struct dtrace_enable *enable, struct dtk_state **out, uint32_t *bad_insn, char *text,
		  size_t size)
{
	struct dtk_log log = { .buf = text, .size = size, .bad_prog = ~0u, .bad_insn = ~0u, .bad_bind = ~0u };
	struct dtk_state *state = dtk_state_create();
	struct dtk_request *req;
	u32 nr_ecbs;
	int err;

	*out = NULL;
	text[0] = '\0';
	if (IS_ERR(state))
		return PTR_ERR(state);
	req = dtk_request_copy(enable, &log);
	if (IS_ERR(req)) {
		dtk_state_close(state);
		return PTR_ERR(req);
	}
	state->req = req;
	mutex_lock(&state->lock);
	err = dtk_progs_load(&state->progs, req, &log);
	dtk_request_drop_insns(req);
	if (!err)
		err = dtk_state_store(state, &log);
	if (!err)
		err = dtk_enabling_create(state, &log, &nr_ecbs);
	if (err) {
		dtk_state_unstore(state);
		state->req = NULL;
		dtk_request_free(req);
	}
	mutex_unlock(&state->lock);
	*bad_insn = log.bad_insn;
	if (err)
		dtk_state_close(state);
	else
		*out = state;
	return err;
}

int bridge_go(struct dtk_state *state)
{
	u32 cpu;
	int err;

	mutex_lock(&state->lock);
	err = dtk_state_go(state, &cpu);
	mutex_unlock(&state->lock);
	return err;
}

struct bridge_data bridge_records(struct dtk_state *state)
{
	const struct dtk_buffer *buf = &state->pcpu->buf;

	return (struct bridge_data){ buf->base, buf->head };
}

struct bridge_data bridge_aggs(struct dtk_state *state)
{
	struct bridge_data out = { NULL, 0 };
	const struct dtk_area *area = dtk_aggs_area(&state->aggs, 0);
	u64 offset, used;

	dtk_aggs_switch(&state->aggs, 0, &offset, &used);
	if (area) {
		out.data = dtk_area_half(area, offset != 0);
		out.size = used;
	}
	return out;
}

void bridge_status(struct dtk_state *state, struct dtrace_status *status)
{
	const struct dtk_counters *count = &state->pcpu->count;

	memset(status, 0, sizeof(*status));
	status->spec_drops = count->spec_drops;
	status->spec_busy = count->spec_busy;
	status->spec_unavail = count->spec_unavail;
	status->agg_drops = count->agg_drops;
	status->dyn_drops = count->dyn_drops;
	status->firings = count->firings;
	status->is_exiting = state->exit_word != 0;
	status->exit_status = (u32)state->exit_word;
}

void bridge_close(struct dtk_state *state)
{
	dtk_state_close(state);
	shim_run_pending();
}

void bridge_fail_at(unsigned long n)
{
	shim.fail_at = n;
}

unsigned long bridge_nr_allocs(void)
{
	return shim.nr_allocs;
}

long bridge_nr_live(void)
{
	return shim.nr_live;
}
