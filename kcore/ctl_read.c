// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a consumer reads: SWITCH, STATUS, EPID, poll and mmap of /dev/dtrace. Entry points in ctl.h.
 * Context: process. Switching happens on the buffer's CPU in an IPI, with interrupts off and the
 * guard held, so that it never meets a writer.
 */
#include <linux/mm.h>
#include "access.h"
#include "compat/map.h"
#include "ctl.h"
#include "state.h"

#define MAP_KIND_BITS	4u
#define MAP_SHIFT	32u
/* After a fault on a page that came later than the mapping. */
#define PAGES_AT_ONCE	256u

int dtk_ctl_epid(struct dtk_state *state, void __user *arg)
{
	struct dtrace_epid epid;
	int err = 0;

	if (copy_from_user(&epid, arg, sizeof(epid)))
		return -EFAULT;
	mutex_lock(&state->epid_lock);
	if (!epid.epid || epid.epid > state->nr_ecbs) {
		err = -ENOENT;
	} else {
		const struct dtk_ecb *ecb = state->ecbs[epid.epid - 1];

		epid.prog = ecb->prog_index;
		dtk_probe_describe(ecb->probe, &epid.probe);
	}
	mutex_unlock(&state->epid_lock);
	if (!err && copy_to_user(arg, &epid, sizeof(epid)))
		err = -EFAULT;
	return err;
}

/* ---- SWITCH ---- */

struct switch_call {
	struct dtk_state *state;
	struct dtrace_switch *out;
};

static void switch_here(void *arg)
{
	struct switch_call *call = arg;
	struct dtrace_switch *out = call->out;
	struct dtk_state *state = call->state;

	dtk_guard_enter();
	if (out->kind == DTRACE_BUF_PRINCIPAL)
		dtk_buffer_switch(&per_cpu_ptr(state->pcpu, out->cpu)->buf, out);
	else
		dtk_aggs_switch(&state->aggs, out->cpu, &out->offset, &out->used);
	/* Clauses read the clock with interrupts off: what comes later on this CPU is later. */
	out->time = ktime_get_mono_fast_ns();
	dtk_guard_exit();
}

int dtk_ctl_switch(struct dtk_state *state, void __user *arg)
{
	struct dtrace_switch data;
	struct switch_call call = { .state = state, .out = &data };
	u32 cpu, kind;

	if (copy_from_user(&data, arg, sizeof(data)))
		return -EFAULT;
	if (!state->req)
		return -EBUSY;
	cpu = data.cpu;
	kind = data.kind;
	if (cpu >= nr_cpu_ids || !cpu_possible(cpu) || kind > DTRACE_BUF_AGG)
		return -EINVAL;
	memset(&data, 0, sizeof(data));
	data.cpu = cpu;
	data.kind = kind;
	dtk_call_on(cpu, switch_here, &call);
	return copy_to_user(arg, &data, sizeof(data)) ? -EFAULT : 0;
}

/* ---- STATUS ---- */

static void add_counters(struct dtrace_status *status, const struct dtk_counters *count)
{
	status->dyn_drops += READ_ONCE(count->dyn_drops);
	status->dyn_dirty_drops += READ_ONCE(count->dyn_dirty_drops);
	status->dyn_rinsing_drops += READ_ONCE(count->dyn_rinsing_drops);
	status->agg_drops += READ_ONCE(count->agg_drops);
	status->spec_drops += READ_ONCE(count->spec_drops);
	status->spec_busy += READ_ONCE(count->spec_busy);
	status->spec_unavail += READ_ONCE(count->spec_unavail);
	status->error_drops += READ_ONCE(count->error_drops);
	status->recursion_drops += READ_ONCE(count->recursion_drops);
	status->nmi_drops += READ_ONCE(count->nmi_drops);
	status->missed_ticks += READ_ONCE(count->missed_ticks);
	status->stack_drops += READ_ONCE(count->stack_drops);
	status->other_drops += READ_ONCE(count->other_drops);
	status->firings += READ_ONCE(count->firings);
	status->busy_sites += READ_ONCE(count->busy_sites);
	status->budget_faults += READ_ONCE(count->budget_faults);
	status->budget_skips += READ_ONCE(count->budget_skips);
}

int dtk_ctl_status(struct dtk_state *state, void __user *arg)
{
	struct dtrace_status status = { 0 };
	u64 exit_word = READ_ONCE(state->exit_word);
	unsigned int cpu;

	if (state->pcpu) {
		for_each_possible_cpu(cpu)
			add_counters(&status, &per_cpu_ptr(state->pcpu, cpu)->count);
	}
	status.is_killed = smp_load_acquire(&state->activity) == DTK_KILLED ? state->killed_by : 0;
	status.is_exiting = (exit_word & DTK_EXIT_SET) || status.is_killed;
	status.exit_status = (u32)exit_word;
	status.short_buffers = READ_ONCE(state->nr_short);
	status.is_filled = READ_ONCE(state->is_filled);
	return copy_to_user(arg, &status, sizeof(status)) ? -EFAULT : 0;
}

/* ---- poll ---- */

static bool has_work(const struct dtk_state *state)
{
	u32 activity = READ_ONCE(state->activity);
	unsigned int cpu;

	if (!state->pcpu)
		return false;
	if (activity == DTK_DRAINING || activity == DTK_KILLED)
		return true;
	for_each_possible_cpu(cpu) {
		const struct dtk_buffer *buf = &per_cpu_ptr(state->pcpu, cpu)->buf;

		if (activity == DTK_STOPPED ? READ_ONCE(buf->head) != 0 :
					      dtk_buffer_wants_reader(buf))
			return true;
	}
	return false;
}

/*
 * Takes no lock: an ENABLE that runs on the same descriptor may be freeing what is looked at, so it
 * looks only once GO was given, after which nothing is freed before release.
 */
__poll_t dtk_ctl_poll(struct file *file, struct poll_table_struct *wait)
{
	struct dtk_state *state = file->private_data;

	poll_wait(file, &state->waitq, wait);
	if (READ_ONCE(state->activity) == DTK_INACTIVE)
		return 0;
	return has_work(state) ? EPOLLIN | EPOLLRDNORM : 0;
}

/* ---- mmap ---- */

/*
 * struct map_area - what a mapping shows; freed with its last VMA. The consumer itself outlives all
 * mappings, because they hold the file.
 */
struct map_area {
	refcount_t refs;
	const struct dtk_area *area;
	u64 first_pgoff;
};

static void map_open(struct vm_area_struct *vma)
{
	struct map_area *map = vma->vm_private_data;

	refcount_inc(&map->refs);
}

static void map_close(struct vm_area_struct *vma)
{
	struct map_area *map = vma->vm_private_data;

	if (refcount_dec_and_test(&map->refs))
		kfree(map);
}

/* How many pages from @page lie one behind the other in memory. */
static u64 run_length(const struct dtk_area *area, u64 page, u64 end)
{
	unsigned long first = page_to_pfn(dtk_area_page(area, page));
	u64 n = 1;

	while (page + n < end) {
		const struct page *next = dtk_area_page(area, page + n);

		if (!next || page_to_pfn(next) != first + n)
			break;
		n++;
	}
	return n;
}

/*
 * Maps the pages that are there. Done page by page, on faults, it would cost a reader of full
 * buffers more than the reading, above all when it is the kernel's own functions that are traced.
 */
static int map_ready(struct vm_area_struct *vma, const struct dtk_area *area)
{
	u64 nr = vma_pages(vma), page, run;
	int err = 0;

	for (page = 0; page < nr && !err; page += run) {
		const struct page *first = dtk_area_page(area, page);

		run = 1;
		if (!first)
			continue;
		run = run_length(area, page, nr);
		err = remap_pfn_range(vma, vma->vm_start + (page << PAGE_SHIFT), page_to_pfn(first),
				      run << PAGE_SHIFT, vma->vm_page_prot);
	}
	return err;
}

/*
 * A page that was not there yet, and its neighbours: they came together. A mapping may have been cut or moved since it
 * was made: which page is wanted follows from the offset, where it belongs from the address, and nothing from where the
 * mapping once began.
 */
static vm_fault_t map_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	const struct map_area *map = vma->vm_private_data;
	u64 page = (u64)vmf->pgoff - map->first_pgoff;
	u64 at = vmf->address & PAGE_MASK;
	u64 end = min_t(u64, at + PAGES_AT_ONCE * PAGE_SIZE, vma->vm_end);
	const struct page *found = dtk_area_page(map->area, page);
	vm_fault_t done = VM_FAULT_SIGBUS;

	for (; found && at < end; at += PAGE_SIZE) {
		done = vmf_insert_pfn(vma, at, page_to_pfn(found));
		if (done != VM_FAULT_NOPAGE)
			break;
		found = dtk_area_page(map->area, ++page);
	}
	return done;
}

static const struct vm_operations_struct map_ops = {
	.open = map_open,
	.close = map_close,
	.fault = map_fault,
};

/* The memory behind one CPU's buffer; NULL = there is none. */
static const struct dtk_area *find_area(struct dtk_state *state, u32 cpu, u32 kind)
{
	const struct dtk_area *area;

	if (cpu >= nr_cpu_ids || !cpu_possible(cpu) || kind > DTRACE_BUF_AGG || !state->pcpu)
		return NULL;
	area = kind == DTRACE_BUF_AGG ? dtk_aggs_area(&state->aggs, cpu) :
					&per_cpu_ptr(state->pcpu, cpu)->buf.area;
	return area && area->pages ? area : NULL;
}

int dtk_ctl_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct dtk_state *state = file->private_data;
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u32 index = offset >> MAP_SHIFT;
	u64 bytes = vma->vm_end - vma->vm_start;
	struct map_area *map;
	int err = dtk_access_file(file);

	if (err)
		return err;
	if (vma->vm_flags & VM_WRITE || offset & ((1ull << MAP_SHIFT) - 1))
		return -EINVAL;
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	/*
	 * mmap_lock is held and ioctls fault on user memory under state->lock, so it must not be
	 * taken here. Once is_enabled is seen the buffers stay until release.
	 */
	if (smp_load_acquire(&state->is_enabled))
		map->area = find_area(state, index >> MAP_KIND_BITS,
				      index & ((1u << MAP_KIND_BITS) - 1));
	if (!map->area) {
		kfree(map);
		return -ENXIO;
	}
	/* Policies fill and ring have one half: the rest of a mapping of two is a hole. */
	if (bytes > 2 * map->area->half_size) {
		kfree(map);
		return -EINVAL;
	}
	refcount_set(&map->refs, 1);
	map->first_pgoff = vma->vm_pgoff;
	/*
	 * Not pages of this process to the kernel: nothing has to be undone for each when it ends. VM_IO: a child never
	 * gets it, not even if madvise() is asked for that.
	 */
	dtc_vm_flags_change(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTCOPY | VM_DONTDUMP,
			    VM_MAYWRITE);
	err = map_ready(vma, map->area);
	if (err) {
		kfree(map);
		return err;
	}
	vma->vm_private_data = map;
	vma->vm_ops = &map_ops;
	return 0;
}
