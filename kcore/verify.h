/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verifier: decides whether a program may run in the kernel. verify.c owns the rules, docs/program-format.md
 * lists them for writers of programs.
 */
#ifndef _DTK_VERIFY_H
#define _DTK_VERIFY_H

#include "os.h"
#include <dtrace/uapi.h>

struct bpf_insn;
struct dtk_shape;

/* What a program may refer to. */
struct dtk_verify_env {
	const struct dtk_shape *shapes;
	const struct dtrace_var *vars;
	u32 nr_shapes;
	u32 nr_vars;
	u32 nr_aggs;
	u32 frame_size;
	u32 strtab_size;
};

/*
 * The verdict.
 * @reason: NULL = accepted; else a constant string without a final period
 * @insn: index of the instruction at fault
 * @uses: DTK_USES_* of the calls
 */
struct dtk_verdict {
	const char *reason;
	u32 insn;
	u32 uses;
};

/*
 * A call as the verifier saw it, for the linker.
 * @args: the arguments that are constant on every path: bit n of @known stands for args[n]
 */
struct dtk_call_site {
	u32 insn;
	u32 subr;
	u32 known;
	u64 args[5];
};

/* Called for every call instruction, in order. Return: 0, or the reason to refuse the program. */
typedef const char *(*dtk_call_fn)(void *arg, const struct dtk_call_site *site);

/**
 * dtk_verify - check one program
 * @on_call: told about every call, or NULL
 *
 * Context: process, may sleep (allocates). Return: 0 (accepted), -EINVAL (refused, see @verdict), -ENOMEM.
 */
int dtk_verify(const struct dtk_verify_env *env, const struct bpf_insn *insns, u32 nr_insns,
	       dtk_call_fn on_call, void *arg, struct dtk_verdict *verdict);

#endif /* _DTK_VERIFY_H */
