// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hand-over to the kernel's BPF runtime.
 *
 * Entry points: dtk_run_call_imm(), dtk_run_compile(), dtk_run_free(); process context. The kernel's BPF
 * verifier is not involved: dtk_verify() has proved what it would have to. Nothing of bpf(2) sees these programs.
 */
#include "run.h"
#include "prog.h"

bool dtk_run_call_imm(const void *fn, s32 *imm)
{
	s64 delta = (s64)(uintptr_t)fn - (s64)(uintptr_t)__bpf_call_base;

	*imm = (s32)delta;
	return delta == (s32)delta;
}

int dtk_run_compile(struct dtk_prog *prog, const struct bpf_insn *insns, u32 nr_insns)
{
	struct bpf_prog *fp;
	int err = 0;

	fp = bpf_prog_alloc(bpf_prog_size(nr_insns), 0);
	if (!fp)
		return -ENOMEM;
	fp->len = nr_insns;
	fp->type = BPF_PROG_TYPE_SOCKET_FILTER;
	fp->aux->stack_depth = DTRACE_DIF_STACK;
	memcpy(fp->insnsi, insns, nr_insns * sizeof(*insns));
	fp = bpf_prog_select_runtime(fp, &err);
	if (err) {
		bpf_prog_free(fp);
		return err;
	}
	prog->fp = fp;
	prog->func = fp->bpf_func;
	prog->insnsi = fp->insnsi;
	return 0;
}

void dtk_run_free(struct dtk_prog *prog)
{
	if (prog->fp)
		bpf_prog_free(prog->fp);
	prog->fp = NULL;
	prog->func = NULL;
	prog->insnsi = NULL;
}
