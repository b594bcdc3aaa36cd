// SPDX-License-Identifier: GPL-2.0-only
/*
 * dtrace_patch.ko: loading, unloading, and what /proc/dtrace/stats says of the engine. Loaded only when a provider that
 * instruments text is.
 */
#include <linux/module.h>
#include <linux/seq_file.h>
#include <dtrace/provider.h>
#include <dtrace/steps.h>
#include "displace.h"
#include "ksym.h"
#include "site.h"
#include "stub.h"

/* Pure logic, which is compiled in user space too, so it does not export itself. */
EXPORT_SYMBOL_GPL(dtk_insn_decode);
EXPORT_SYMBOL_GPL(dtk_insn_name);
EXPORT_SYMBOL_GPL(dtk_insn_target);
EXPORT_SYMBOL_GPL(dtk_insn_taken);

static void show_stats(struct seq_file *m)
{
	u32 kinds[3] = { 0 }, armed[3] = { 0 }, i;
	u64 hits = 0, late = 0;

	if (mutex_lock_killable(&dtk_patch.lock))
		return;
	for (i = 0; i < dtk_patch.nr_sites; i++) {
		const struct dtk_site *site = dtk_patch.site[i];

		if (i % DTK_PAUSE_EVERY == 0)
			cond_resched();
		if (!site)
			continue;
		kinds[site->kind]++;
		armed[site->kind] += site->state == DTK_SITE_ARMED;
		hits += dtk_site_hits(site);
		late += READ_ONCE(site->late);
	}
	seq_printf(m, "sites: entries %u of %u armed, jumps %u of %u, breakpoints %u of %u; stuck %u\n",
		   armed[0], kinds[0], armed[1], kinds[1], armed[2], kinds[2], dtk_patch.nr_stuck);
	seq_printf(m, "site hits %llu, late hits %llu, passed while nobody listened %llu\n", hits, late,
		   dtk_sites_passed());
	mutex_unlock(&dtk_patch.lock);
	dtk_ksym_show(m);
	if (!dtk_patch.can_patch)
		seq_puts(m, "feature breakpoints and return probes: off (see above, or the self-test)\n");
	else if (!dtk_guard_is_on())
		seq_puts(m, "breakpoints and return probes: not while the function tracer is off "
			    "(sysctl kernel.ftrace_enabled)\n");
}

static struct dtrace_stats_source stats = { .show = show_stats };

static int find_features(void)
{
	dtk_patch.can_patch = dtk_ksym_can_patch();
	dtk_patch.can_copy = dtk_ksym_can_copy();
	return 0;
}

static int trap_init(void)
{
	return dtk_patch.can_patch ? dtk_trap_init() : 0;
}

static void trap_exit(void)
{
	if (dtk_patch.can_patch)
		dtk_trap_exit();
}

/* Nothing is armed. Tasks preempted in a stub or a copy, and CPUs on their way into a breakpoint, get through. */
static void disarm(void)
{
	dtk_hooks_exit();
	dtk_guard_exit();
	dtk_entry_exit();
	dtk_patch_sync_tasks();
}

static int try_out(void)
{
	int err = dtk_patch.can_patch ? dtk_selftest() : 0;

	/* If the function tracer is off it may be on when something is to be armed. */
	if (dtk_patch.can_patch && !err)
		dtk_guard_init();
	return err;
}

static int stats_init(void)
{
	dtrace_stats_add(&stats);
	return 0;
}

static void stats_exit(void)
{
	dtrace_stats_remove(&stats);
}

static int text_file_init(void)
{
	dtk_text_file_init();
	return 0;
}

/*
 * Sites use stubs, copies and the view that text is written through, so those go after them. When the module is
 * unloaded no provider that uses it is loaded, so nothing is armed, and no site is stuck: that holds a reference.
 */
static const struct dtrace_step patch_steps[] = {
	{ dtk_stub_init, dtk_stub_exit },
	{ NULL, dtk_poke_exit },
	{ NULL, dtk_slots_exit },
	{ NULL, dtk_reserved_exit },
	{ NULL, dtk_scan_exit },
	{ dtk_sites_init, dtk_sites_exit },
	{ dtk_text_init, dtk_text_exit },
	{ find_features, NULL },
	{ trap_init, trap_exit },
	{ NULL, disarm },
	{ dtk_text_watch, dtk_text_mute },
	{ try_out, NULL },
	{ stats_init, stats_exit },
	{ text_file_init, dtk_text_file_exit },
};
DTRACE_MODULE_STEPS(patch_steps);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("DTrace for Linux: instrumentation of the kernel's text");
MODULE_VERSION("0.1.0");
