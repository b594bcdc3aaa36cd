// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of one consumer: verification, linking, compilation.
 *
 * Entry points: dtk_progs_load(), dtk_progs_free(). Process context only. Linking turns subroutine numbers into the
 * distance of the function from __bpf_call_base and offsets in the string table into addresses.
 */
#include "prog.h"
#include "enabling.h"
#include "run.h"
#include "subr.h"
#include "verify.h"

/* What the verifier's callback needs. */
struct linker {
	struct bpf_insn *insns;		/* the copy that is being linked */
	const struct dtk_request *req;
};

static const char *link_call(void *arg, const struct dtk_call_site *site)
{
	struct linker *linker = arg;
	dtk_subr_fn fn = dtk_subr_link(site->subr, site->args, site->known, linker->req);

	if (!fn)
		return "call of a subroutine that this kernel does not offer";
	if (!dtk_run_call_imm(fn, &linker->insns[site->insn].imm))
		return "subroutine is out of reach of a call";
	return NULL;
}

static void link_strings(struct bpf_insn *insns, u32 nr, const char *strtab)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		struct bpf_insn *insn = &insns[i];
		u64 addr;

		if (insn->code != (BPF_LD | BPF_IMM | BPF_DW))
			continue;
		if (insn->src_reg == DTRACE_PSEUDO_STRTAB) {
			addr = (u64)(uintptr_t)strtab + (u32)insn->imm;
			insn[0].src_reg = 0;
			insn[0].imm = (u32)addr;
			insn[1].imm = addr >> 32;
		}
		i++;
	}
}

static int load_prog(struct dtk_prog *prog, const struct dtk_request_prog *from,
		     const struct dtk_request *req, const struct dtk_verify_env *env,
		     struct dtk_log *log)
{
	struct dtk_verdict verdict;
	struct linker linker = { .req = req };
	int err;

	linker.insns = kvmalloc_array(from->nr_insns, sizeof(*linker.insns), DTK_GFP);
	if (!linker.insns)
		return -ENOMEM;
	memcpy(linker.insns, from->insns, from->nr_insns * sizeof(*linker.insns));

	err = dtk_verify(env, from->insns, from->nr_insns, link_call, &linker, &verdict);
	if (err) {
		if (verdict.reason) {
			log->bad_insn = verdict.insn;
			dtk_log_printf(log, "program %u, instruction %u: %s\n", prog->index,
				       verdict.insn, verdict.reason);
		}
		goto out;
	}
	if ((verdict.uses & DTK_USES_DESTRUCTIVE) && !req->opt.destructive) {
		dtk_log_printf(log, "program %u: destructive actions are not allowed\n",
			       prog->index);
		err = -EPERM;
		goto out;
	}
	if ((verdict.uses & DTK_USES_DESTRUCTIVE) && !(from->flags & DTRACE_PROG_DESTRUCTIVE)) {
		dtk_log_printf(log, "program %u: destructive calls without the flag\n",
			       prog->index);
		err = -EINVAL;
		goto out;
	}
	link_strings(linker.insns, from->nr_insns, req->strtab);
	prog->flags = from->flags;
	prog->rec_offset = from->rec_offset;
	prog->rec_size = from->rec_size;
	prog->filter = from->filter;
	prog->uses = verdict.uses;
	prog->nr_insns = from->nr_insns;
	prog->cost = DTK_COST_CLAUSE + from->nr_insns;
	err = dtk_run_compile(prog, linker.insns, from->nr_insns);
	if (err)
		dtk_log_printf(log, "program %u: the kernel's BPF runtime refuses it: error %d\n",
			       prog->index, -err);
out:
	kvfree(linker.insns);
	return err;
}

/* Shapes and variables are checked here: everything that names them relies on it. */
static int check_vars(const struct dtk_request *req, struct dtk_log *log)
{
	u32 i;

	for (i = 0; i < req->nr_vars; i++) {
		const struct dtrace_var *var = &req->vars[i];
		bool is_keyed = var->kind == DTRACE_VAR_ASSOC || var->kind == DTRACE_VAR_TASSOC;
		const char *why = NULL;

		if (var->kind > DTRACE_VAR_TASSOC)
			why = "unknown kind";
		else if (var->flags & ~DTRACE_VAR_BYREF)
			why = "unknown flag";
		else if (!(var->flags & DTRACE_VAR_BYREF) && var->size != 8)
			why = "a value has 8 bytes";
		else if (!var->size || var->size > DTK_MAX_STRSIZE)
			why = "size is out of range";
		else if (is_keyed ? var->shape >= req->nr_shapes : var->shape)
			why = "no such key shape";
		if (!why)
			continue;
		dtk_log_printf(log, "variable %u: %s\n", i, why);
		return -EINVAL;
	}
	return 0;
}

static int load_shapes(struct dtk_progs *progs, const struct dtk_request *req)
{
	u32 i, c;

	progs->shapes = kvcalloc(req->nr_shapes, sizeof(*progs->shapes), DTK_GFP);
	if (!progs->shapes && req->nr_shapes)
		return -ENOMEM;
	progs->nr_shapes = req->nr_shapes;
	for (i = 0; i < req->nr_shapes; i++) {
		struct dtk_shape *shape = &progs->shapes[i];

		shape->size = req->shapes[i].size;
		shape->nr_comps = req->shapes[i].nr_comps;
		shape->comps = req->shapes[i].comps;
		for (c = 0; c < shape->nr_comps; c++)
			if (shape->comps[c].kind == DTRACE_KEY_STRING)
				shape->has_string = true;
	}
	return 0;
}

int dtk_progs_load(struct dtk_progs *progs, struct dtk_request *req, struct dtk_log *log)
{
	struct dtk_verify_env env = {
		.vars = req->vars,
		.nr_shapes = req->nr_shapes,
		.nr_vars = req->nr_vars,
		.nr_aggs = req->nr_aggs,
		.frame_size = req->frame_size,
		.strtab_size = req->strtab_size,
	};
	int err;
	u32 i;

	err = check_vars(req, log);
	if (!err)
		err = dtk_aggs_check(req, log);
	if (!err)
		err = load_shapes(progs, req);
	if (err)
		return err;
	env.shapes = progs->shapes;
	progs->strtab = req->strtab;
	progs->strtab_size = req->strtab_size;
	progs->progs = kvcalloc(req->nr_progs, sizeof(*progs->progs), DTK_GFP);
	if (!progs->progs && req->nr_progs)
		return -ENOMEM;
	progs->nr_progs = req->nr_progs;
	for (i = 0; i < req->nr_progs; i++) {
		progs->progs[i].index = i;
		err = load_prog(&progs->progs[i], &req->progs[i], req, &env, log);
		if (err) {
			log->bad_prog = i;
			return err;
		}
		progs->uses |= progs->progs[i].uses;
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}

void dtk_progs_free(struct dtk_progs *progs)
{
	u32 i;

	for (i = 0; progs->progs && i < progs->nr_progs; i++)
		dtk_run_free(&progs->progs[i]);
	kvfree(progs->progs);
	kvfree(progs->shapes);
	memset(progs, 0, sizeof(*progs));
}
