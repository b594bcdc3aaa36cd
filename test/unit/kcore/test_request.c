// SPDX-License-Identifier: MIT
/*
 * ENABLE requests at random: a valid one with some numbers changed is copied and checked; what is accepted must keep
 * every promise that the rest of the core relies on. Links the real kcore/request.c. The guest's kcore_hostile has a
 * case for every single refusal.
 */
#include "core.h"
#include "enabling.h"
#include "shim/check.h"

#define NR_ROUNDS 60000u

struct dtk_core dtk_core = { .max_bytes = 1ull << 30 };

static struct {
	struct dtrace_enable enable;
	struct dtrace_prog progs[3];
	struct dtrace_bind binds[3];
	struct dtrace_key_shape shapes[3];
	struct dtrace_key_comp comps[3][4];
	struct dtrace_var vars[4];
	struct dtrace_agg aggs[2];
	struct bpf_insn insns[3][8];
	char strtab[32];
} user;

static u64 user_ptr(const void *p)
{
	return (u64)(uintptr_t)p;
}

static void build(void)
{
	u32 i;

	memset(&user, 0, sizeof(user));
	user.enable.size = sizeof(user.enable);
	user.enable.opt.bufsize = 65536;
	user.enable.opt.cpu = DTRACE_ALL_CPUS;
	user.enable.frame_size = 256;
	user.enable.local_offset = 64;
	user.enable.local_size = 32;
	user.enable.progs = user_ptr(user.progs);
	user.enable.nr_progs = ARRAY_SIZE(user.progs);
	user.enable.binds = user_ptr(user.binds);
	user.enable.nr_binds = ARRAY_SIZE(user.binds);
	user.enable.shapes = user_ptr(user.shapes);
	user.enable.nr_shapes = ARRAY_SIZE(user.shapes);
	user.enable.vars = user_ptr(user.vars);
	user.enable.nr_vars = ARRAY_SIZE(user.vars);
	user.enable.aggs = user_ptr(user.aggs);
	user.enable.nr_aggs = ARRAY_SIZE(user.aggs);
	user.enable.strtab = user_ptr(user.strtab);
	user.enable.strtab_size = sizeof(user.strtab);
	for (i = 0; i < 3; i++) {
		user.progs[i] = (struct dtrace_prog){ user_ptr(user.insns[i]), 8, 1, 96, 16 };
		user.binds[i].prog = i;
		strscpy(user.binds[i].pattern.name, "BEGIN", DTRACE_NAMELEN);
		user.shapes[i].comps = user_ptr(user.comps[i]);
	}
	for (i = 1; i < 3; i++) {
		user.shapes[i].size = 24;
		user.shapes[i].nr_comps = 2;
		user.comps[i][0] = (struct dtrace_key_comp){ .size = 8 };
		user.comps[i][1] = (struct dtrace_key_comp){ DTRACE_KEY_STRING, 8, 16, 0 };
	}
	for (i = 0; i < 4; i++) {
		user.vars[i].kind = i;
		user.vars[i].size = 8;
		user.vars[i].shape = i >= 2;
	}
	for (i = 0; i < 2; i++)
		user.aggs[i] = (struct dtrace_agg){ .func = DTRACE_AGG_COUNT + i, .data_size = 8 };
}

static u32 rnd(void)
{
	return get_random_u64() >> 33;
}

static u64 edge(void)
{
	static const u64 edges[] = { 0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257, 4096, 32767, 32768,
				     65536, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff, U64_MAX,
				     1ull << 32, 1ull << 40 };

	return edges[rnd() % ARRAY_SIZE(edges)];
}

/* Changes one 4-byte word, but no pointer: a bad address is the guest's business. */
static void spoil(void *area, size_t bytes)
{
	u8 *at = (u8 *)area + rnd() % (bytes / 4) * 4;
	u8 *aligned = (u8 *)((uintptr_t)at & ~7ul);
	u64 word, value = edge();

	memcpy(&word, aligned, sizeof(word));
	if (word >= user_ptr(&user) && word < user_ptr(&user + 1))
		return;
	memcpy(at, &value, 4);
}

static void spoil_something(void)
{
	switch (rnd() % 8) {
	case 0:
		/* nr_*, frame and local sizes; arrays must not become longer than they are */
		spoil(&user.enable, sizeof(user.enable));
		break;
	case 1:
		spoil(user.progs, sizeof(user.progs));
		break;
	case 2:
		spoil(user.binds, sizeof(user.binds));
		break;
	case 3:
		spoil(user.shapes, sizeof(user.shapes));
		break;
	case 4:
		spoil(user.comps, sizeof(user.comps));
		break;
	case 5:
		spoil(user.vars, sizeof(user.vars));
		break;
	case 6:
		spoil(user.aggs, sizeof(user.aggs));
		break;
	default:
		spoil(&user.enable.opt, sizeof(user.enable.opt));
	}
}

/* Counts that exceed the arrays would read beyond them here, where there is no user space. */
static void keep_in_bounds(void)
{
	struct dtrace_enable *e = &user.enable;
	u32 i;

#define LIMIT(nr, array) do { if ((nr) > ARRAY_SIZE(array) && (nr) < (1u << 24)) (nr) = ARRAY_SIZE(array); } while (0)
	LIMIT(e->nr_progs, user.progs);
	LIMIT(e->nr_binds, user.binds);
	LIMIT(e->nr_shapes, user.shapes);
	LIMIT(e->nr_vars, user.vars);
	LIMIT(e->nr_aggs, user.aggs);
	if (e->strtab_size > sizeof(user.strtab) && e->strtab_size <= DTK_MAX_STRTAB)
		e->strtab_size = sizeof(user.strtab);
	for (i = 0; i < 3; i++) {
		if (user.progs[i].nr_insns > 8 && user.progs[i].nr_insns <= DTRACE_DIF_MAXINSNS)
			user.progs[i].nr_insns = 8;
		if (user.shapes[i].nr_comps > 4 && user.shapes[i].nr_comps <= DTRACE_MAXKEYS)
			user.shapes[i].nr_comps = 4;
	}
}

static bool is_sound(const struct dtk_request *req)
{
	u32 i, c;

	if (req->frame_size % 8 || req->frame_size < DTRACE_FRAME_HDR ||
	    req->frame_size > DTRACE_FRAME_MAX)
		return false;
	if (req->local_size && (req->local_offset < DTRACE_FRAME_HDR ||
				(u64)req->local_offset + req->local_size > req->frame_size))
		return false;
	if (req->opt.strsize < DTK_MIN_STRSIZE || req->opt.strsize > DTK_MAX_STRSIZE ||
	    !req->opt.cleanrate_hz || req->opt.bufpolicy > DTRACE_BUFPOLICY_RING)
		return false;
	for (i = 0; i < req->nr_progs; i++) {
		const struct dtk_request_prog *prog = &req->progs[i];

		if (!prog->nr_insns || prog->nr_insns > DTRACE_DIF_MAXINSNS || prog->rec_size % 8 ||
		    (u64)prog->rec_offset + prog->rec_size > req->frame_size ||
		    (prog->rec_size && prog->rec_offset < DTRACE_FRAME_HDR))
			return false;
	}
	for (i = 0; i < req->nr_binds; i++) {
		if (req->binds[i].prog >= req->nr_progs)
			return false;
	}
	for (i = 0; i < req->nr_shapes; i++) {
		u64 end = 0;

		for (c = 0; c < req->shapes[i].nr_comps; c++) {
			if (req->shapes[i].comps[c].offset != end)
				return false;
			end += req->shapes[i].comps[c].size;
		}
		if (end != req->shapes[i].size || (!i && end))
			return false;
	}
	for (i = 0; i < req->nr_vars; i++) {
		if (req->vars[i].kind > DTRACE_VAR_TASSOC || req->vars[i].shape >= req->nr_shapes)
			return false;
	}
	return !req->strtab_size || !req->strtab[req->strtab_size - 1];
}

int main(void)
{
	u32 i, accepted = 0, unsound = 0, odd = 0, silent = 0;
	char text[256];

	for (i = 0; i < NR_ROUNDS; i++) {
		struct dtk_log log = { .buf = text, .size = sizeof(text) };
		struct dtk_request *req;
		u32 nr = rnd() % 4;
		long err;

		build();
		text[0] = '\0';
		while (nr--)
			spoil_something();
		keep_in_bounds();
		if (!(i % 16))
			shim.fail_at = rnd() % 16 + 1;
		req = dtk_request_copy(&user.enable, &log);
		shim.fail_at = 0;
		if (!IS_ERR(req)) {
			accepted++;
			unsound += !is_sound(req);
			dtk_request_free(req);
			continue;
		}
		err = PTR_ERR(req);
		odd += err != -EINVAL && err != -E2BIG && err != -EFAULT && err != -ENOMEM && err != -EPERM;
		silent += err != -ENOMEM && !text[0];
	}
	CHECK(accepted > NR_ROUNDS / 4 && accepted < NR_ROUNDS, "%u of %u requests are accepted", accepted,
	      NR_ROUNDS);
	CHECK_EQ(unsound, 0, "each of them keeps all promises");
	CHECK_EQ(odd, 0, "refusals have the errnos that are documented");
	CHECK_EQ(silent, 0, "and all of them say why");
	CHECK_EQ(shim.nr_live, 0, "no memory is left behind");
	return check_result();
}
