// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine tries itself when it is loaded: hooks on every instruction of a known function, calls, disarming,
 * and a comparison of the bytes. Any difference refuses the load. Entry point: dtk_selftest(). Context: module init.
 */
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "site.h"

#define MAX_HOOKS	32u

u64 dtk_selftest_code(u64 a, u64 b);
u64 dtk_selftest_callee(u64 a, u64 b);
u64 dtk_selftest_tail(u64 a, u64 b);

struct test {
	struct dtrace_hook hook[MAX_HOOKS];
	struct dtrace_hook *list[MAX_HOOKS];
	u32 hits[MAX_HOOKS];
	u32 nr;
	u8 before[256];
};

static struct test *test;

static notrace void count(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	test->hits[hook - test->hook]++;
}
NOKPROBE_SYMBOL(count);

static u64 expected(u64 a, u64 b)
{
	return a + 1000 + !!b + a + 2 * b + 7;
}

/* Kernels that enforce landing pads begin functions with one, which cannot be displaced: endbr64. */
static const u8 landing_pad[] = { 0xf3, 0x0f, 0x1e, 0xfa };

/* A hook on every instruction of a function. Return: bytes of the function, 0 = not understood. */
static u32 cover(unsigned long func)
{
	unsigned long at = func;
	struct dtk_insn insn;

	if (!memcmp((void *)at, landing_pad, sizeof(landing_pad)))
		at += sizeof(landing_pad);
	for (;;) {
		struct dtrace_hook *hook = &test->hook[test->nr];

		if (test->nr == MAX_HOOKS || dtk_insn_decode(&insn, (const u8 *)at, 15))
			return 0;
		*hook = (struct dtrace_hook){
			.addr = at,
			.hit = count,
			.owner = "selftest",
			.is_always = true,
		};
		test->list[test->nr++] = hook;
		at += insn.length;
		if (insn.class == DTK_INSN_RET || insn.class == DTK_INSN_JMP)
			return at - func;
	}
}

static int fail(const char *what, u32 which)
{
	pr_err("dtrace_patch: self-test failed: %s (instruction %u)\n", what, which);
	return -EIO;
}

static int try_calls(u32 rounds)
{
	u32 i;

	for (i = 0; i < rounds; i++) {
		if (dtk_selftest_code(i, i & 1) != expected(i, i & 1))
			return fail("wrong result", i);
		if (dtk_selftest_tail(i, i & 1) != expected(i + 1, i & 1))
			return fail("wrong result after a tail jump", i);
	}
	return 0;
}

static int try_armed(void)
{
	u32 i, seen = 0;
	int err = dtrace_hooks_arm(test->list, test->nr);

	if (err < 0)
		return err;
	for (i = 0; i < test->nr; i++) {
		if (test->hook[i].refused && test->hook[i].refused != DTRACE_REFUSED_FEATURE) {
			dtrace_hooks_disarm(test->list, test->nr);
			return fail(dtrace_refusal_text(test->hook[i].refused), i);
		}
	}
	err = try_calls(8);
	dtrace_hooks_disarm(test->list, test->nr);
	if (err)
		return err;
	for (i = 0; i < test->nr; i++) {
		seen += test->hits[i];
		if (!test->hook[i].refused && !test->hits[i])
			return fail("not hit", i);
	}
	err = try_calls(8);
	for (i = 0; i < test->nr; i++)
		seen -= test->hits[i];
	return err ?: seen ? fail("hit after disarming", 0) : 0;
}

int dtk_selftest(void)
{
	unsigned long begin = (unsigned long)dtk_selftest_callee;
	u32 callee, code, tail, size;
	int err = 0, round;

	test = kzalloc(sizeof(*test), GFP_KERNEL);
	if (!test)
		return -ENOMEM;
	callee = cover((unsigned long)dtk_selftest_callee);
	code = cover((unsigned long)dtk_selftest_code);
	tail = cover((unsigned long)dtk_selftest_tail);
	size = (unsigned long)dtk_selftest_tail + tail - begin;
	if (!callee || !code || !tail || size > sizeof(test->before)) {
		kfree(test);
		return fail("its own function is not understood", 0);
	}
	memcpy(test->before, (void *)begin, size);
	mutex_lock(&dtk_patch.lock);
	dtk_reserved_exempt(begin, begin + size);
	mutex_unlock(&dtk_patch.lock);
	for (round = 0; round < 2 && !err; round++) {
		memset(test->hits, 0, sizeof(test->hits));
		err = try_armed();
		if (!err && memcmp(test->before, (void *)begin, size))
			err = fail("text is not as before", round);
	}
	mutex_lock(&dtk_patch.lock);
	dtk_reserved_exempt(0, 0);
	mutex_unlock(&dtk_patch.lock);
	kfree(test);
	test = NULL;
	return err;
}
