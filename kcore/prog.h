/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs of one consumer: key shapes, string constants and clauses after verification and linking.
 *
 * prog.c owns loading, linking and the hand-over to the kernel's BPF runtime; verify.c the rules.
 * Built in process context by ENABLE, read-only afterwards, freed after no CPU can run a clause.
 */
#ifndef _DTK_PROG_H
#define _DTK_PROG_H

#include "os.h"
#include <dtrace/uapi.h>
#include <dtrace/dif.h>

struct bpf_insn;
struct bpf_prog;
struct dtk_log;
struct dtk_request;
struct dtrace_firing;

/* What a run of a program is: the kernel's native code, or its interpreter. */
typedef unsigned int (*dtk_prog_fn)(const void *firing, const struct bpf_insn *insns);

/* A linked program. Run it with dtk_prog_run() and nothing else. */
struct dtk_prog {
	dtk_prog_fn func;
	const struct bpf_insn *insnsi;
	u32 flags;		/* DTRACE_PROG_* */
	u32 rec_offset;
	u32 rec_size;
	u32 index;		/* in the request */
	u32 filter;		/* 0 or DTRACE_FILTER(): where it does not hold, the program returns 0 */
	struct bpf_prog *fp;
	u32 uses;		/* DTK_USES_*, found by the verifier */
	u32 nr_insns;
	u32 cost;		/* of its instructions and of being run: see dtk_charge() */
};

/* Bits of dtk_prog.uses: what a program calls, so that storage is only made for what is used. */
#define DTK_USES_SPEC		0x1u	/* speculation family */
#define DTK_USES_AGG		0x2u
#define DTK_USES_DYNVAR		0x4u	/* thread-local or associative variables */
#define DTK_USES_SCRATCH	0x8u	/* alloca(), copyin() */
#define DTK_USES_EXIT		0x10u
#define DTK_USES_DESTRUCTIVE	0x20u
#define DTK_USES_VTIME		0x40u	/* reads vtimestamp: time in probes has to be measured */
#define DTK_USES_STRTOK		0x80u	/* keeps a string of strsize bytes in the scratch area */

/* A key shape. The simple ones (one or more components of bytes only) need no look at the components. */
struct dtk_shape {
	u32 size;		/* bytes of the whole key, multiple of 8 */
	u32 nr_comps;
	bool has_string;
	struct dtrace_key_comp *comps;
};

/*
 * struct dtk_progs - embedded in struct dtk_state
 * @uses: the union over all programs
 */
struct dtk_progs {
	struct dtk_prog *progs;
	struct dtk_shape *shapes;
	char *strtab;
	u32 nr_progs;
	u32 nr_shapes;
	u32 strtab_size;
	u32 uses;
};

/**
 * dtk_progs_load - verify, link and compile all programs of a request
 * @progs: zeroed; filled
 * @req: the request; bad_prog and bad_insn are set when a program is refused
 * @log: receives the reason
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL (refused, reason in @log), -E2BIG, -EPERM (destructive without the option), -ENOMEM.
 */
int dtk_progs_load(struct dtk_progs *progs, struct dtk_request *req, struct dtk_log *log);

/**
 * dtk_progs_free - undo dtk_progs_load(); also fine on a zeroed or partly loaded one
 *
 * Context: process, may sleep; no CPU may be running a program of it.
 */
void dtk_progs_free(struct dtk_progs *progs);

/*
 * Run a clause. Context: probe context, mstate set up. Return: 0 = predicate was false; look at the
 * fault in the machine state first.
 */
static __always_inline u32 dtk_prog_run(const struct dtk_prog *prog, const struct dtrace_firing *firing)
{
	return prog->func(firing, prog->insnsi);
}

#endif /* _DTK_PROG_H */
