// SPDX-License-Identifier: GPL-2.0-only
/*
 * Function entries, through the kernel's function tracer: one ops with a filter of all armed entries, changed in few
 * steps for each request. Entry points: dtk_entry_arm(), dtk_entry_disarm(); process context, dtk_patch.lock held.
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include "compat/ftrace.h"
#include "pause.h"
#include "site.h"

#define FIRST_SLICE	4096u
#define SLICE_NS	NSEC_PER_SEC

static u32 nr_armed;

static void notrace on_entry(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			     struct ftrace_regs *fregs)
{
	struct dtk_site *site;

	if (!dtk_hits_are_wanted())
		return;
	site = dtk_site_find(ip);
	if (likely(site))
		dtk_site_hit(site, dtc_ftrace_regs(fregs), DTRACE_HIT_ENTRY);
}
NOKPROBE_SYMBOL(on_entry);

/* Without help against recursion: the core has its own guard. Nobody may switch it off behind our back. */
static struct ftrace_ops entry_ops = {
	.func = on_entry,
	.flags = FTRACE_OPS_FL_PERMANENT,
};

static unsigned long *addresses(struct dtk_site **sites, u32 nr)
{
	unsigned long *ips = kvmalloc_array(nr, sizeof(*ips), GFP_KERNEL | __GFP_NOFAIL);
	u32 i;

	for (i = 0; i < nr; i++)
		ips[i] = sites[i]->addr;
	return ips;
}

/* An empty filter means every function, so this is for an ops that is not registered. */
static void clear_filter(void)
{
	ftrace_set_filter(&entry_ops, NULL, 0, 1);
}

static void set_state(struct dtk_site **sites, u32 nr, u8 state)
{
	u32 i;

	for (i = 0; i < nr; i++)
		sites[i]->state = state;
}

/* Adds to the filter; the first ones begin with an ops that is not registered. Return: 0 or -errno. */
static int arm_slice(struct dtk_site **sites, unsigned long *ips, u32 nr)
{
	int err = dtc_ftrace_filter(&entry_ops, ips, nr, false);

	if (!err && !nr_armed) {
		err = register_ftrace_function(&entry_ops);
		if (err)
			clear_filter();
	}
	if (err)
		return err;
	nr_armed += nr;
	set_state(sites, nr, DTK_SITE_ARMED);
	return 0;
}

/*
 * In slices, so that a request can be given up. Each costs a walk over all functions of the kernel and a copy of the
 * filter, some 2 % of the time that all of them take. So the first slice is small and tells how fast the machine is,
 * and the others are what it can do in a second.
 */
static u32 next_slice(u32 done, u64 spent_ns)
{
	if (!done)
		return FIRST_SLICE;
	return max_t(u64, FIRST_SLICE, div64_u64((u64)done * SLICE_NS, max_t(u64, spent_ns, 1)));
}

int dtk_entry_arm(struct dtk_site **sites, u32 nr, u32 total)
{
	unsigned long *ips;
	u64 begin_ns;
	u32 done, part;
	int err = 0;

	if (!nr)
		return 0;
	ips = addresses(sites, nr);
	dtk_pause_begin();
	begin_ns = ktime_get_mono_fast_ns();
	for (done = 0; done < nr && !err; done += part) {
		part = min(nr - done, next_slice(done, ktime_get_mono_fast_ns() - begin_ns));
		err = dtrace_op_pause();
		if (!err)
			err = arm_slice(sites + done, ips + done, part);
		dtrace_op_progress(done + part, total);
	}
	dtk_pause_end();
	kvfree(ips);
	return err;
}

void dtk_entry_disarm(struct dtk_site **sites, u32 nr)
{
	unsigned long *ips;

	if (!nr)
		return;
	nr_armed -= nr;
	dtk_pause_begin();
	if (!nr_armed) {
		WARN_ON_ONCE(unregister_ftrace_function(&entry_ops));
		clear_filter();
	} else {
		ips = addresses(sites, nr);
		/* Entries of a module that is gone are not in the filter any more: nothing to say about that. */
		dtc_ftrace_filter(&entry_ops, ips, nr, true);
		kvfree(ips);
	}
	dtk_pause_end();
	set_state(sites, nr, DTK_SITE_IDLE);
}

void dtk_entry_exit(void)
{
	ftrace_free_filter(&entry_ops);
}
