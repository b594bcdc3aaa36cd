/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A request to enable, copied into the kernel and checked for size, and the log that tells the user
 * why a request was refused. Made and freed by request.c, matched with probes by enabling.c; the
 * program, variable, aggregation and speculation code reads it, then and while the consumer lives.
 */
#ifndef _DTK_ENABLING_H
#define _DTK_ENABLING_H

#include "os.h"
#include <dtrace/uapi.h>
#include <dtrace/dif.h>

/* Limits of one request: no request may make the core copy more than this. */
#define DTK_MAX_PROGS		16384u
#define DTK_MAX_BINDS		16384u
#define DTK_MAX_SHAPES		4096u
#define DTK_MAX_VARS		65536u
#define DTK_MAX_AGGS		16384u
#define DTK_MAX_STRTAB		(16u << 20)
#define DTK_MAX_INSNS		(1u << 20)	/* all programs together */
#define DTK_MAX_KEYSIZE		(8u << 20)
#define DTK_MAX_RECSIZE		(32u << 20)
#define DTK_MAX_LOG		65536u
#define DTK_MIN_STRSIZE		8u
#define DTK_MAX_STRSIZE		(1u << 20)

/**
 * struct dtk_log - text for the user about a refused request
 * @buf: NUL-terminated, or NULL when the caller wants none
 * @bad_prog, @bad_insn, @bad_bind: where; ~0 = nowhere in particular
 */
struct dtk_log {
	char *buf;
	u32 size;
	u32 len;
	u32 bad_prog;
	u32 bad_insn;
	u32 bad_bind;
};
/* Append a line's text. Context: process. */
__printf(2, 3) void dtk_log_printf(struct dtk_log *log, const char *fmt, ...);

/* One program as it came: not verified. insns are freed once programs are loaded. */
struct dtk_request_prog {
	struct bpf_insn *insns;
	u32 nr_insns;
	u32 flags;
	u32 rec_offset;		/* checked: multiple of 8, inside the frame behind the header */
	u32 rec_size;
	u32 filter;		/* checked: of a known kind */
};

/*
 * Key shape, checked: components of a known kind, ascending without gaps, multiples of 8, sum =
 * size. Shape 0 is empty. comps points into dtk_request.comps.
 */
struct dtk_request_shape {
	u32 size;
	u32 nr_comps;
	struct dtrace_key_comp *comps;
};

/**
 * struct dtk_request - an ENABLE request in kernel memory; lives as long as its consumer
 * @opt: resolved options: defaults filled in, sizes that were really given
 * @strtab: string constants; ends with a NUL
 */
struct dtk_request {
	struct dtrace_options opt;
	struct dtk_request_prog *progs;
	struct dtrace_bind *binds;
	struct dtk_request_shape *shapes;
	struct dtrace_var *vars;
	struct dtrace_agg *aggs;
	char *strtab;
	struct dtrace_key_comp *comps;	/* storage of all shapes' comps */
	u32 nr_progs;
	u32 nr_binds;
	u32 nr_shapes;
	u32 nr_vars;
	u32 nr_aggs;
	u32 strtab_size;
	u32 frame_size;
	u32 local_offset;
	u32 local_size;
};

struct dtk_state;
struct work_struct;

/* ---- request.c ---- */

/**
 * dtk_request_copy - copy a request into the kernel and check everything but the programs
 * @user: what the ioctl got; its arrays are still in user memory
 *
 * Context: process, may sleep. Return: the request, or ERR_PTR: -EINVAL (reason in @log), -E2BIG,
 * -EFAULT, -ENOMEM, -EPERM.
 */
struct dtk_request *dtk_request_copy(const struct dtrace_enable *user, struct dtk_log *log);
/* Free the instructions, which nobody needs once the programs are loaded. */
void dtk_request_drop_insns(struct dtk_request *req);
void dtk_request_free(struct dtk_request *req);

/* ---- enabling.c ---- */

/**
 * dtk_enabling_create - match a consumer's request with probes and arm them
 * @state: programs and storage are there
 * @nr_ecbs: out
 *
 * Context: process, may sleep, state->lock held. Return: 0; -ENOENT: a bind matches nothing
 * (log->bad_bind); or what a provider answered. Then nothing is enabled.
 */
int dtk_enabling_create(struct dtk_state *state, struct dtk_log *log, u32 *nr_ecbs);
/* A probe was created: enablings that match it take it on soon. Context: process. */
void dtk_enabling_new_probe(void);
/* Work item of dtk_core.retained_work. */
void dtk_enabling_retained(struct work_struct *work);

#endif /* _DTK_ENABLING_H */
