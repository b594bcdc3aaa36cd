/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hand-over to the kernel's BPF runtime: a linked instruction sequence in, something callable out.
 */
#ifndef _DTK_RUN_H
#define _DTK_RUN_H

#include "os.h"

struct bpf_insn;
struct dtk_prog;

/* The immediate of a call instruction that reaches fn, and whether it can be reached at all. */
bool dtk_run_call_imm(const void *fn, s32 *imm);

/**
 * dtk_run_compile - have the kernel make native code of a linked program
 * @prog: func, insnsi and fp are set
 *
 * Without a code generator the kernel's BPF interpreter runs it. Context: process, may sleep.
 * Return: 0, -ENOMEM, or what the code generator says.
 */
int dtk_run_compile(struct dtk_prog *prog, const struct bpf_insn *insns, u32 nr_insns);
void dtk_run_free(struct dtk_prog *prog);

#endif /* _DTK_RUN_H */
