// SPDX-License-Identifier: MIT
/*
 * Somebody else who uses the instrumentation services: a hook at an address given at load. Parameters: addr, how
 * often it was executed (hits), and why it is refused (refused).
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <dtrace/patch.h>

static unsigned long addr;
module_param(addr, ulong, 0444);
MODULE_PARM_DESC(addr, "address of an instruction");

static DEFINE_PER_CPU(unsigned long, nr_hits);

static void notrace on_hit(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	this_cpu_inc(nr_hits);
}
NOKPROBE_SYMBOL(on_hit);

static struct dtrace_hook hook = { .hit = on_hit, .owner = "dtest", .is_always = true };
static struct dtrace_hook *const hooks[] = { &hook };

static int hits_get(char *buffer, const struct kernel_param *kp)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(nr_hits, cpu);
	return sprintf(buffer, "%lu\n", sum);
}
static const struct kernel_param_ops hits_ops = { .get = hits_get };
module_param_cb(hits, &hits_ops, NULL, 0444);

static int refused_get(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%s\n", hook.refused ? dtrace_refusal_text(hook.refused) : "-");
}
static const struct kernel_param_ops refused_ops = { .get = refused_get };
module_param_cb(refused, &refused_ops, NULL, 0444);

static int __init dtest_hook_init(void)
{
	int refused;

	hook.addr = addr;
	refused = dtrace_hooks_arm(hooks, 1);
	return refused < 0 ? refused : 0;
}

static void __exit dtest_hook_exit(void)
{
	dtrace_hooks_disarm(hooks, 1);
}

module_init(dtest_hook_init);
module_exit(dtest_hook_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A third party's hook for tests of DTrace");
