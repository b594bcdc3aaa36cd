// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/dtrace: providers (what is registered), stats (consumers, losses, sizes), trace (the core's
 * own log), and the files of other modules. Entry points: dtk_proc_init(), dtk_proc_exit(),
 * dtrace_proc_*(). Context: process. Whoever may trace may open them, so their mode forbids nobody.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include "access.h"
#include "compat/proc.h"
#include "ctl.h"
#include "state.h"
#include "trace.h"

static int show_providers(struct seq_file *m, void *unused)
{
	struct dtrace_provider_handle *handle;

	if (mutex_lock_killable(&dtk_core.registry_lock))
		return -EINTR;
	seq_puts(m, "provider          module                probes   enabled\n");
	list_for_each_entry(handle, &dtk_core.reg.providers, link)
		seq_printf(m, "%-17s %-17s %10u %9u\n", handle->name,
			   handle->owner ? module_name(handle->owner) : "dtrace", handle->nr_probes,
			   READ_ONCE(handle->nr_armed));
	mutex_unlock(&dtk_core.registry_lock);
	return 0;
}

static const char *const activity_names[] = {
	[DTK_ACTIVE] = "active",     [DTK_ACTIVE_ONE_CPU] = "active",
	[DTK_INACTIVE] = "inactive", [DTK_WARMUP] = "begin",
	[DTK_DRAINING] = "exiting",  [DTK_COOLDOWN] = "end",
	[DTK_STOPPED] = "stopped",   [DTK_KILLED] = "killed",
	[DTK_CLOSED] = "closed",
};

static void show_consumer(struct seq_file *m, struct dtk_state *state)
{
	struct dtk_counters sum = { 0 };
	u64 records = 0;
	unsigned int cpu;

	seq_printf(m, "consumer %u: %s, %u clauses on probes\n", state->number,
		   activity_names[READ_ONCE(state->activity)], state->nr_ecbs);
	if (!state->is_enabled)
		return;
	for_each_possible_cpu(cpu) {
		const struct dtk_state_cpu *sc = per_cpu_ptr(state->pcpu, cpu);

		sum.firings += READ_ONCE(sc->count.firings);
		sum.recursion_drops += READ_ONCE(sc->count.recursion_drops);
		sum.nmi_drops += READ_ONCE(sc->count.nmi_drops);
		sum.missed_ticks += READ_ONCE(sc->count.missed_ticks);
		sum.error_drops += READ_ONCE(sc->count.error_drops);
		sum.agg_drops += READ_ONCE(sc->count.agg_drops);
		sum.dyn_drops += READ_ONCE(sc->count.dyn_drops);
		sum.spec_drops += READ_ONCE(sc->count.spec_drops);
		records += READ_ONCE(sc->buf.seq);
	}
	seq_printf(m, "  clauses run %llu, records %llu\n", sum.firings, records);
	seq_printf(m, "  lost: recursion %llu, nmi %llu, ticks %llu, errors in ERROR %llu",
		   sum.recursion_drops, sum.nmi_drops, sum.missed_ticks, sum.error_drops);
	seq_printf(m, ", aggregation %llu, variables %llu, speculation %llu\n", sum.agg_drops,
		   sum.dyn_drops, sum.spec_drops);
}

static void show_sources(struct seq_file *m);

static int show_stats(struct seq_file *m, void *unused)
{
	struct dtk_state *state;
	unsigned int cpu;
	u64 refused = 0;

	for_each_possible_cpu(cpu)
		refused += per_cpu(dtk_cpus, cpu).refused;
	if (mutex_lock_killable(&dtk_core.ops_lock))
		return -EINTR;
	mutex_lock(&dtk_core.registry_lock);
	seq_printf(m, "probes %u, names %u, next id %u\n", dtk_core.reg.nr_probes,
		   dtk_core.reg.nr_names, dtk_core.reg.next_id);
	mutex_unlock(&dtk_core.registry_lock);
	seq_printf(m, "memory of all consumers %llu KiB, to come %llu KiB, limit %llu KiB\n",
		   READ_ONCE(dtk_core.mem.used) >> 10, READ_ONCE(dtk_core.mem.pending) >> 10,
		   dtk_core.mem.max_bytes >> 10);
	seq_printf(m, "firings refused while another was processed %llu\n", refused);
	list_for_each_entry(state, &dtk_core.states, link) {
		if (READ_ONCE(state->activity) != DTK_CLOSED)
			show_consumer(m, state);
	}
	mutex_unlock(&dtk_core.ops_lock);
	show_sources(m);
	return 0;
}

static const char *const phase_names[] = {
	[DTRACE_PHASE_NONE] = "idle",
	[DTRACE_PHASE_PROVIDE] = "making probes for descriptions",
	[DTRACE_PHASE_MATCH] = "matching descriptions",
	[DTRACE_PHASE_ARM] = "arming places",
};

/* Takes no lock: who holds it is what is asked. */
static int show_progress(struct seq_file *m, void *unused)
{
	u32 number = READ_ONCE(dtk_core.user_number);
	struct dtrace_progress progress;

	dtk_op_tell(NULL, &progress);
	if (!number || progress.phase >= ARRAY_SIZE(phase_names) || !phase_names[progress.phase])
		seq_puts(m, "nobody's request is being worked on\n");
	else
		seq_printf(m, "consumer %u: %s, %u of %u\n", number, phase_names[progress.phase],
			   progress.done, progress.total);
	return 0;
}

static const char *const event_names[DTK_TRACE_MAX] = {
	[DTK_TRACE_LOAD] = "core loaded",
	[DTK_TRACE_PROVIDER] = "provider registered (1) or gone (0), probes",
	[DTK_TRACE_OPEN] = "consumer opened",
	[DTK_TRACE_ENABLE] = "consumer enabled, clauses on probes",
	[DTK_TRACE_REFUSE] = "consumer refused, errno",
	[DTK_TRACE_GO] = "consumer started",
	[DTK_TRACE_STOP] = "consumer stopped",
	[DTK_TRACE_EXIT] = "exit() called, status",
	[DTK_TRACE_CLOSE] = "consumer closed",
	[DTK_TRACE_REAPED] = "consumer reaped, probes disarmed",
	[DTK_TRACE_KILL] = "consumer killed by the deadman",
	[DTK_TRACE_FAULT] = "fault: epid, fault and site",
	[DTK_TRACE_RECURSION] = "probe refused",
	[DTK_TRACE_RETAINED] = "new probes: last id, clauses enabled",
};

static int show_trace(struct seq_file *m, void *unused)
{
	u64 number, newest = dtk_trace_newest();
	struct dtk_trace_entry entry;

	for (number = dtk_trace_oldest(); number <= newest; number++) {
		if (!dtk_trace_read(number, &entry) || entry.event >= DTK_TRACE_MAX)
			continue;
		seq_printf(m, "%6llu %14llu cpu %3u  %s: %llu %#llx\n", entry.number, entry.time,
			   entry.cpu, event_names[entry.event], entry.a, entry.b);
	}
	return 0;
}

/* ---- for other modules ---- */

static struct proc_dir_entry *dir;
static LIST_HEAD(sources);
static DEFINE_MUTEX(sources_lock);

static void show_sources(struct seq_file *m)
{
	struct dtrace_stats_source *source;

	if (mutex_lock_killable(&sources_lock))
		return;
	list_for_each_entry(source, &sources, link)
		source->show(m);
	mutex_unlock(&sources_lock);
}

void dtrace_stats_add(struct dtrace_stats_source *source)
{
	mutex_lock(&sources_lock);
	list_add_tail(&source->link, &sources);
	mutex_unlock(&sources_lock);
}
EXPORT_SYMBOL_GPL(dtrace_stats_add);

void dtrace_stats_remove(struct dtrace_stats_source *source)
{
	mutex_lock(&sources_lock);
	list_del(&source->link);
	mutex_unlock(&sources_lock);
}
EXPORT_SYMBOL_GPL(dtrace_stats_remove);

static int open_seq(struct inode *inode, struct file *file)
{
	int err = dtk_access_caller();

	return err ? err : seq_open(file, dtc_proc_data(inode));
}

static const struct proc_ops seq_file_ops = {
	.proc_open = open_seq,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};

int dtrace_proc_add(const char *name, const struct seq_operations *ops)
{
	return proc_create_data(name, 0444, dir, &seq_file_ops, (void *)ops) ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_GPL(dtrace_proc_add);

void dtrace_proc_remove(const char *name)
{
	remove_proc_entry(name, dir);
}
EXPORT_SYMBOL_GPL(dtrace_proc_remove);

static int open_single(struct inode *inode, struct file *file)
{
	int err = dtk_access_caller();

	return err ? err : single_open(file, dtc_proc_data(inode), NULL);
}

static const struct proc_ops single_file_ops = {
	.proc_open = open_single,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

static bool add_single(const char *name, int (*show)(struct seq_file *m, void *unused))
{
	return proc_create_data(name, 0444, dir, &single_file_ops, show);
}

int dtk_proc_init(void)
{
	dir = proc_mkdir("dtrace", NULL);
	if (!dir)
		return -ENOMEM;
	if (!add_single("providers", show_providers) || !add_single("stats", show_stats) ||
	    !add_single("progress", show_progress) || !add_single("trace", show_trace)) {
		dtk_proc_exit();
		return -ENOMEM;
	}
	return 0;
}

void dtk_proc_exit(void)
{
	remove_proc_subtree("dtrace", NULL);
}
