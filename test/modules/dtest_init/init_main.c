// SPDX-License-Identifier: MIT
/*
 * Everything of init text that the kernel keeps in tables when the text itself is gone: a jump label, a static call, an
 * alternative, an instruction that may fault, a traced function, one in the kprobe blacklist. And the same in text that
 * stays.
 */
#include <linux/jump_label.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/static_call.h>
#include <linux/uaccess.h>
#include <asm/alternative.h>
#include <asm/asm.h>

u32 dtest_init_first(u32 a);

static DEFINE_STATIC_KEY_FALSE(key);
static noinline int called(int a)
{
	return a + 1;
}
DEFINE_STATIC_CALL(dtest_init_call, called);

static atomic_t count;

#define BODY(a) ({								\
	int sum = static_call(dtest_init_call)(a);				\
	unsigned long word = 0;							\
										\
	if (static_branch_unlikely(&key))					\
		sum += 1000;							\
	alternative("nop; nop; nop", "nop", X86_FEATURE_ALWAYS);		\
	/* The kernel's own tables: a lock prefix, an instruction that may fault. */ \
	atomic_inc(&count);							\
	asm volatile("1: movq (%1), %0\n"					\
		     "2:\n"							\
		     _ASM_EXTABLE(1b, 2b)					\
		     : "+r" (word) : "r" (-16l));				\
	sum + (int)word; })

static noinline int __init passing(int a)
{
	return BODY(a);
}

/* As many as a page of init text takes and more: others' text may come to lie there. */
static noinline int __init passing_too(int a)
{
	return BODY(a) + BODY(a + 1);
}

static noinline notrace int __init passing_untraced(int a)
{
	return BODY(a);
}
NOKPROBE_SYMBOL(passing_untraced);

noinline int dtest_init_staying(int a)
{
	return BODY(a);
}

static int run_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%d %u\n", dtest_init_staying(1), dtest_init_first(1));
}
static const struct kernel_param_ops run_ops = { .get = run_get };
module_param_cb(run, &run_ops, NULL, 0444);
MODULE_PARM_DESC(run, "runs the functions that stay");

static int __init dtest_init_init(void)
{
	return passing(1) + passing_too(2) + passing_untraced(3) + dtest_init_staying(4) > 0 ? 0 : -EIO;
}

static void __exit dtest_init_exit(void)
{
}

module_init(dtest_init_init);
module_exit(dtest_init_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A module with everything in its init text, for tests of DTrace");
