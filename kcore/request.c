// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copying an ENABLE request into the kernel and checking all of it but the programs' instructions,
 * which verify.c does. Entry points: dtk_request_copy(), dtk_request_free(), dtk_log_printf().
 * Context: process.
 *
 * The request is hostile until proved otherwise: every count is limited before anything is
 * allocated for it, every offset is checked here once, so that nothing later needs to.
 */
#include "core.h"
#include "enabling.h"

#define DEFAULT_STRSIZE		256u
#define DEFAULT_SCRATCH		(32u << 10)
#define DEFAULT_DYNVARSIZE	(1u << 20)
#define DEFAULT_SPECSIZE	(32u << 10)
#define DEFAULT_CLEANRATE	101u
#define DEFAULT_FIREBUDGET_US	1000u
#define MAX_CLEANRATE		5000u
#define MAX_NSPEC		4096u
#define MAX_BUFSIZE		(1ull << 30)
#define MAX_SCRATCH		(64ull << 20)
#define MAX_VARSIZE		(16u << 20)
#define MAX_GLOBALS		(256ull << 20)	/* bytes of all by-reference globals */
#define MAX_AGGDATA		(16u << 20)

__printf(2, 3) void dtk_log_printf(struct dtk_log *log, const char *fmt, ...)
{
	va_list args;
	int len;

	if (!log || !log->buf || log->len + 1 >= log->size)
		return;
	va_start(args, fmt);
	len = vsnprintf(log->buf + log->len, log->size - log->len, fmt, args);
	va_end(args);
	log->len = min(log->len + (u32)len, log->size - 1);
}

static int refuse(struct dtk_log *log, const char *what)
{
	dtk_log_printf(log, "%s\n", what);
	return -EINVAL;
}

/*
 * Copies nr elements. Return: NULL for none, or ERR_PTR.
 */
static void *copy_array(u64 user, u32 nr, size_t elem, u32 max, const char *what,
			struct dtk_log *log)
{
	void *array;

	if (nr > max) {
		dtk_log_printf(log, "too many %s: %u, at most %u\n", what, nr, max);
		return ERR_PTR(-E2BIG);
	}
	if (!nr)
		return NULL;
	array = kvmalloc_array(nr, elem, DTK_GFP);
	if (!array)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(array, (const void __user *)(unsigned long)user, nr * elem)) {
		kvfree(array);
		dtk_log_printf(log, "the array of %s cannot be read\n", what);
		return ERR_PTR(-EFAULT);
	}
	return array;
}

static bool is_word_range(u64 offset, u64 size, u64 from, u64 to)
{
	return !(offset % 8) && !(size % 8) && offset >= from && offset <= to &&
	       size <= to - offset;
}

/* ---- options ---- */

static int check_sizes(struct dtrace_options *opt, struct dtk_log *log)
{
	if (opt->bufsize > MAX_BUFSIZE) {
		if (opt->bufresize_manual)
			return refuse(log, "bufsize is more than 1 GiB");
		opt->bufsize = MAX_BUFSIZE;
	}
	if (opt->aggsize > MAX_BUFSIZE) {
		if (opt->bufresize_manual)
			return refuse(log, "aggsize is more than 1 GiB");
		opt->aggsize = MAX_BUFSIZE;
	}
	if (opt->dynvarsize > dtk_core.max_bytes)
		return refuse(log, "dynvarsize is more than the machine can give");
	if (opt->specsize > MAX_BUFSIZE)
		return refuse(log, "specsize is more than 1 GiB");
	if (opt->scratchsize > MAX_SCRATCH)
		return refuse(log, "scratchsize is more than 64 MiB");
	if (opt->strsize < DTK_MIN_STRSIZE || opt->strsize > DTK_MAX_STRSIZE)
		return refuse(log, "strsize must be 8 bytes to 1 MiB");
	if (opt->nspec > MAX_NSPEC)
		return refuse(log, "nspec is more than 4096");
	opt->bufsize = round_up(opt->bufsize, PAGE_SIZE);
	opt->aggsize = round_up(opt->aggsize, PAGE_SIZE);
	opt->specsize = round_up(opt->specsize, 8);
	opt->scratchsize = round_up(opt->scratchsize, 8);
	return 0;
}

static int check_options(struct dtrace_options *opt, struct dtk_log *log)
{
	if (opt->kernel_destructive_rsvd)
		return refuse(log, "reserved options are not zero");
	if (opt->bufpolicy > DTRACE_BUFPOLICY_RING)
		return refuse(log, "unknown bufpolicy");
	if (opt->bufresize_manual > 1 || opt->destructive > 1 || opt->profalign > 1)
		return refuse(log, "a switch is neither 0 nor 1");
	if (opt->cpu != DTRACE_ALL_CPUS && (opt->cpu >= nr_cpu_ids || !cpu_possible(opt->cpu))) {
		dtk_log_printf(log, "there is no CPU %u\n", opt->cpu);
		return -EINVAL;
	}
	if (opt->firebudget_us > DTRACE_MAX_FIREBUDGET_US) {
		dtk_log_printf(log, "firebudget is more than %u us\n", DTRACE_MAX_FIREBUDGET_US);
		return -EINVAL;
	}
	if (!opt->firebudget_us)
		opt->firebudget_us = DEFAULT_FIREBUDGET_US;
	if (!opt->strsize)
		opt->strsize = DEFAULT_STRSIZE;
	if (!opt->scratchsize)
		opt->scratchsize = DEFAULT_SCRATCH;
	if (!opt->dynvarsize)
		opt->dynvarsize = DEFAULT_DYNVARSIZE;
	if (!opt->specsize)
		opt->specsize = DEFAULT_SPECSIZE;
	if (!opt->cleanrate_hz)
		opt->cleanrate_hz = DEFAULT_CLEANRATE;
	opt->cleanrate_hz = min(opt->cleanrate_hz, MAX_CLEANRATE);
	return check_sizes(opt, log);
}

/* ---- the parts ---- */

static int check_frame(const struct dtk_request *req, struct dtk_log *log)
{
	if (req->frame_size < DTRACE_FRAME_HDR || req->frame_size > DTRACE_FRAME_MAX ||
	    req->frame_size % 8)
		return refuse(log, "frame_size is not a multiple of 8 from 64 to 64 MiB");
	if (!req->local_size && !req->local_offset)
		return 0;
	if (!is_word_range(req->local_offset, req->local_size, DTRACE_FRAME_HDR, req->frame_size))
		return refuse(log, "the clause-local variables do not lie in the frame");
	/* They are cleared at the begin of each firing. */
	if (DTK_COST_CLEAR((u64)req->local_size) > (u64)req->opt.firebudget_us * DTK_WORK_PER_US / 2)
		return refuse(log, "clearing the clause-local variables takes more than half of firebudget");
	return 0;
}

static int copy_progs(struct dtk_request *req, u64 user, u32 nr, struct dtk_log *log)
{
	struct dtrace_prog *progs;
	u64 total = 0;
	int err = 0;
	u32 i;

	if (!nr)
		return refuse(log, "no programs");
	progs = copy_array(user, nr, sizeof(*progs), DTK_MAX_PROGS, "programs", log);
	if (IS_ERR(progs))
		return PTR_ERR(progs);
	req->progs = kvcalloc(nr, sizeof(*req->progs), DTK_GFP);
	if (!req->progs) {
		kvfree(progs);
		return -ENOMEM;
	}
	req->nr_progs = nr;
	for (i = 0; i < nr && !err; i++) {
		const struct dtrace_prog *from = &progs[i];
		struct dtk_request_prog *to = &req->progs[i];
		void *insns;

		log->bad_prog = i;
		total += from->nr_insns;
		if (!from->nr_insns) {
			err = refuse(log, "a program has no instructions");
		} else if (from->nr_insns > DTRACE_DIF_MAXINSNS || total > DTK_MAX_INSNS) {
			dtk_log_printf(log, "program too large: %u instructions, at most %u\n",
				       from->nr_insns, DTRACE_DIF_MAXINSNS);
			err = -E2BIG;
		} else if (from->flags & ~(DTRACE_PROG_RECORD | DTRACE_PROG_DESTRUCTIVE)) {
			err = refuse(log, "a program has unknown flags");
		} else if (DTRACE_FILTER_KIND(from->filter) > DTRACE_FILTER_TID_ISNT || from->reserved) {
			err = refuse(log, "a program has an unknown filter");
		} else if (from->rec_size > DTK_MAX_RECSIZE ||
			   !is_word_range(from->rec_offset, from->rec_size,
					  from->rec_size ? DTRACE_FRAME_HDR : 0, req->frame_size)) {
			err = refuse(log, "a program's record does not lie in the frame");
		} else if ((from->flags & DTRACE_PROG_DESTRUCTIVE) && !req->opt.destructive) {
			dtk_log_printf(log, "destructive actions are not allowed\n");
			err = -EPERM;
		}
		if (err)
			break;
		insns = copy_array(from->insns, from->nr_insns, sizeof(struct bpf_insn),
				   DTRACE_DIF_MAXINSNS, "instructions", log);
		if (IS_ERR(insns)) {
			err = PTR_ERR(insns);
			break;
		}
		to->insns = insns;
		to->nr_insns = from->nr_insns;
		to->flags = from->flags;
		to->rec_offset = from->rec_offset;
		to->rec_size = from->rec_size;
		to->filter = from->filter;
	}
	if (!err)
		log->bad_prog = ~0u;
	kvfree(progs);
	return err;
}

static bool is_string(const char *str, size_t room)
{
	return strnlen(str, room) < room;
}

static int copy_binds(struct dtk_request *req, u64 user, u32 nr, struct dtk_log *log)
{
	u32 i;

	if (!nr)
		return refuse(log, "no probe descriptions");
	req->binds = copy_array(user, nr, sizeof(*req->binds), DTK_MAX_BINDS, "probe descriptions",
				log);
	if (IS_ERR(req->binds)) {
		int err = PTR_ERR(req->binds);

		req->binds = NULL;
		return err;
	}
	req->nr_binds = nr;
	for (i = 0; i < nr; i++) {
		const struct dtrace_bind *bind = &req->binds[i];

		log->bad_bind = i;
		if (bind->prog >= req->nr_progs)
			return refuse(log, "a probe description names a program that is not there");
		if (bind->flags & ~(DTRACE_BIND_OPTIONAL | DTRACE_BIND_LATER) || bind->pattern.flags)
			return refuse(log, "a probe description has unknown flags");
		if (!is_string(bind->pattern.prov, sizeof(bind->pattern.prov)) ||
		    !is_string(bind->pattern.mod, sizeof(bind->pattern.mod)) ||
		    !is_string(bind->pattern.func, sizeof(bind->pattern.func)) ||
		    !is_string(bind->pattern.name, sizeof(bind->pattern.name)))
			return refuse(log, "a part of a probe description has no end");
	}
	log->bad_bind = ~0u;
	return 0;
}

static int check_shape(const struct dtk_request_shape *shape, struct dtk_log *log)
{
	u64 end = 0;
	u32 i;

	for (i = 0; i < shape->nr_comps; i++) {
		const struct dtrace_key_comp *comp = &shape->comps[i];

		if (comp->kind > DTRACE_KEY_STRING || comp->reserved)
			return refuse(log, "a key component has an unknown kind");
		if (comp->offset != end || !comp->size || comp->size % 8)
			return refuse(log, "key components do not follow one another");
		end += comp->size;
		if (end > DTK_MAX_KEYSIZE)
			return refuse(log, "a key is larger than 8 MiB");
	}
	if (end != shape->size)
		return refuse(log, "a key's size is not that of its components");
	return 0;
}

static int copy_shapes(struct dtk_request *req, u64 user, u32 nr, struct dtk_log *log)
{
	struct dtrace_key_shape *shapes;
	u32 i, total = 0;
	int err = 0;

	if (!nr)
		return refuse(log, "key shape 0, the empty key, is missing");
	shapes = copy_array(user, nr, sizeof(*shapes), DTK_MAX_SHAPES, "key shapes", log);
	if (IS_ERR(shapes))
		return PTR_ERR(shapes);
	if (shapes[0].nr_comps || shapes[0].size)
		err = refuse(log, "key shape 0 is not the empty key");
	for (i = 0; i < nr && !err; i++) {
		total += min(shapes[i].nr_comps, DTRACE_MAXKEYS + 1u);
		if (shapes[i].nr_comps > DTRACE_MAXKEYS)
			err = refuse(log, "a key has more than 32 components");
	}
	if (!err) {
		req->shapes = kvcalloc(nr, sizeof(*req->shapes), DTK_GFP);
		req->comps = kvcalloc(max(total, 1u), sizeof(*req->comps), DTK_GFP);
		if (!req->shapes || !req->comps)
			err = -ENOMEM;
	}
	for (i = 0, total = 0; i < nr && !err; i++) {
		struct dtk_request_shape *to = &req->shapes[i];

		to->size = shapes[i].size;
		to->nr_comps = shapes[i].nr_comps;
		to->comps = req->comps + total;
		total += to->nr_comps;
		if (copy_from_user(to->comps, (const void __user *)(unsigned long)shapes[i].comps,
				   to->nr_comps * sizeof(*to->comps)))
			err = -EFAULT;
		else
			err = check_shape(to, log);
	}
	req->nr_shapes = nr;
	kvfree(shapes);
	return err;
}

static int copy_vars(struct dtk_request *req, u64 user, u32 nr, struct dtk_log *log)
{
	u64 globals = 0;
	u32 i;

	req->vars = copy_array(user, nr, sizeof(*req->vars), DTK_MAX_VARS, "variables", log);
	if (IS_ERR(req->vars)) {
		int err = PTR_ERR(req->vars);

		req->vars = NULL;
		return err;
	}
	req->nr_vars = nr;
	for (i = 0; i < nr; i++) {
		const struct dtrace_var *var = &req->vars[i];
		bool has_key = var->kind == DTRACE_VAR_ASSOC || var->kind == DTRACE_VAR_TASSOC;

		if (var->kind > DTRACE_VAR_TASSOC || var->flags & ~DTRACE_VAR_BYREF)
			return refuse(log, "a variable has an unknown kind");
		if (!(var->flags & DTRACE_VAR_BYREF) && var->size != 8)
			return refuse(log, "a scalar variable is not 8 bytes");
		if (!var->size || var->size > MAX_VARSIZE)
			return refuse(log, "a variable's size is 0 or more than 16 MiB");
		if (has_key ? var->shape >= req->nr_shapes : var->shape)
			return refuse(log, "a variable names a key shape that is not there");
		if (var->init &&
		    (var->kind != DTRACE_VAR_GLOBAL || (var->flags & DTRACE_VAR_BYREF)))
			return refuse(log, "only a scalar global has an initial value");
		if (var->kind == DTRACE_VAR_GLOBAL && (var->flags & DTRACE_VAR_BYREF))
			globals += round_up(var->size, 8);
	}
	if (globals > MAX_GLOBALS)
		return refuse(log, "the global variables need more than 256 MiB");
	return 0;
}

static int copy_aggs(struct dtk_request *req, u64 user, u32 nr, struct dtk_log *log)
{
	u32 i;

	req->aggs = copy_array(user, nr, sizeof(*req->aggs), DTK_MAX_AGGS, "aggregations", log);
	if (IS_ERR(req->aggs)) {
		int err = PTR_ERR(req->aggs);

		req->aggs = NULL;
		return err;
	}
	req->nr_aggs = nr;
	for (i = 0; i < nr; i++) {
		const struct dtrace_agg *agg = &req->aggs[i];

		if (agg->func < DTRACE_AGG_COUNT || agg->func > DTRACE_AGG_LLQUANTIZE)
			return refuse(log, "an aggregation has an unknown function");
		if (!agg->data_size || agg->data_size % 8 || agg->data_size > MAX_AGGDATA)
			return refuse(log, "an aggregation's data has an impossible size");
	}
	return 0;
}

static int copy_strtab(struct dtk_request *req, u64 user, u32 size, struct dtk_log *log)
{
	req->strtab = copy_array(user, size, 1, DTK_MAX_STRTAB, "bytes of strings", log);
	if (IS_ERR(req->strtab)) {
		int err = PTR_ERR(req->strtab);

		req->strtab = NULL;
		return err;
	}
	req->strtab_size = size;
	if (size && req->strtab[size - 1])
		return refuse(log, "the string table does not end with a NUL");
	return 0;
}

struct dtk_request *dtk_request_copy(const struct dtrace_enable *user, struct dtk_log *log)
{
	struct dtk_request *req;
	int err;

	if (user->size != sizeof(*user) || user->reserved) {
		dtk_log_printf(log, "the request has %u bytes, not %zu, or reserved members\n",
			       user->size, sizeof(*user));
		return ERR_PTR(-EINVAL);
	}
	req = kzalloc(sizeof(*req), DTK_GFP);
	if (!req)
		return ERR_PTR(-ENOMEM);
	req->opt = user->opt;
	req->frame_size = user->frame_size;
	req->local_offset = user->local_offset;
	req->local_size = user->local_size;
	err = check_options(&req->opt, log);
	if (!err)
		err = check_frame(req, log);
	if (!err)
		err = copy_progs(req, user->progs, user->nr_progs, log);
	if (!err)
		err = copy_binds(req, user->binds, user->nr_binds, log);
	if (!err)
		err = copy_shapes(req, user->shapes, user->nr_shapes, log);
	if (!err)
		err = copy_vars(req, user->vars, user->nr_vars, log);
	if (!err)
		err = copy_aggs(req, user->aggs, user->nr_aggs, log);
	if (!err)
		err = copy_strtab(req, user->strtab, user->strtab_size, log);
	if (err) {
		dtk_request_free(req);
		return ERR_PTR(err);
	}
	return req;
}

void dtk_request_drop_insns(struct dtk_request *req)
{
	u32 i;

	for (i = 0; i < req->nr_progs; i++) {
		kvfree(req->progs[i].insns);
		req->progs[i].insns = NULL;
	}
}

void dtk_request_free(struct dtk_request *req)
{
	if (!req)
		return;
	if (req->progs)
		dtk_request_drop_insns(req);
	kvfree(req->progs);
	kvfree(req->binds);
	kvfree(req->shapes);
	kvfree(req->comps);
	kvfree(req->vars);
	kvfree(req->aggs);
	kvfree(req->strtab);
	kfree(req);
}
