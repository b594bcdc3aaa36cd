// SPDX-License-Identifier: MIT
/*
 * A module to be traced: /proc/dtest. Writing "<what> <n>" calls functions n times in the writer's context; reading
 * shows how often each function has run, and the checksum of the results of the last "mix".
 */
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/nmi.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/nmi.h>
#include "compat/timer.h"
#include "calls.h"

static u64 checksum;
static struct hrtimer timer;
static u64 timer_left;

int dtest_nmi(unsigned int type, struct pt_regs *regs);
enum hrtimer_restart dtest_timer(struct hrtimer *self);

noinline int dtest_nmi(unsigned int type, struct pt_regs *regs)
{
	dtest_count(DTEST_NMI);
	return NMI_DONE;
}

noinline enum hrtimer_restart dtest_timer(struct hrtimer *self)
{
	dtest_count(DTEST_TIMER);
	if (!timer_left)
		return HRTIMER_NORESTART;
	timer_left--;
	hrtimer_forward_now(self, ns_to_ktime(50000));
	return HRTIMER_RESTART;
}

static void run_mix(u64 n)
{
	u64 i, sum = 0;

	for (i = 0; i < n; i++) {
		sum = sum * 31 + dtest_mix(i * 0x2545f4914f6cdd1dull + (i << 60));
		if (!(i & 1023))
			cond_resched();
	}
	WRITE_ONCE(checksum, sum);
}

static int run(const char *what, u64 n)
{
	u64 (*call)(u64);
	u64 i;

	if (!strcmp(what, "leaf"))
		call = dtest_leaf;
	else if (!strcmp(what, "tail"))
		call = dtest_tail;
	else if (!strcmp(what, "hop"))
		call = dtest_hop;
	else if (!strcmp(what, "branch"))
		call = dtest_branch;
	else if (!strcmp(what, "twin1"))
		call = dtest_call_twin_one;
	else if (!strcmp(what, "twin2"))
		call = dtest_call_twin_two;
	else if (!strcmp(what, "clone"))
		call = dtest_call_clone;
	else
		call = NULL;
	if (call) {
		for (i = 0; i < n; i++) {
			call(i);
			if (!(i & 1023))
				cond_resched();
		}
		return 0;
	}
	if (!strcmp(what, "mix")) {
		run_mix(n);
	} else if (!strcmp(what, "ten")) {
		for (i = 0; i < n; i++)
			dtest_ten(-1, -2, -3, -4, 5, true, -7, -8, 9, -10);
	} else if (!strcmp(what, "timer")) {
		timer_left = n;
		hrtimer_start(&timer, ns_to_ktime(50000), HRTIMER_MODE_REL);
	} else {
		return -EINVAL;
	}
	return 0;
}

static ssize_t calls_write(struct file *file, const char __user *from, size_t size, loff_t *pos)
{
	char text[64], what[16];
	u64 n;
	int err;

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, size))
		return -EFAULT;
	text[size] = '\0';
	if (sscanf(text, "%15s %llu", what, &n) != 2)
		return -EINVAL;
	err = run(what, n);
	return err ? err : size;
}

static int calls_show(struct seq_file *m, void *unused)
{
	static const char *const names[DTEST_NR] = {
		"leaf", "tail", "hop", "odd", "even", "ten", "twins", "mix", "nmi", "timer",
	};
	unsigned int i;
	int cpu;

	for (i = 0; i < DTEST_NR; i++) {
		u64 sum = 0;

		for_each_possible_cpu(cpu)
			sum += per_cpu(dtest_counts, cpu)[i];
		seq_printf(m, "%s %llu\n", names[i], sum);
	}
	seq_printf(m, "checksum %016llx\n", READ_ONCE(checksum));
	return 0;
}

static int calls_open(struct inode *inode, struct file *file)
{
	return single_open(file, calls_show, NULL);
}

static const struct proc_ops calls_ops = {
	.proc_open = calls_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_write = calls_write,
	.proc_release = single_release,
};

static int __init calls_init(void)
{
	int err = register_nmi_handler(NMI_LOCAL, dtest_nmi, 0, "dtest");

	if (err)
		return err;
	dtc_hrtimer_setup(&timer, dtest_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	if (!proc_create("dtest", 0600, NULL, &calls_ops)) {
		unregister_nmi_handler(NMI_LOCAL, "dtest");
		return -ENOMEM;
	}
	return 0;
}

static void __exit calls_exit(void)
{
	remove_proc_entry("dtest", NULL);
	hrtimer_cancel(&timer);
	unregister_nmi_handler(NMI_LOCAL, "dtest");
}

module_init(calls_init);
module_exit(calls_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Functions for tests of DTrace to trace");
