// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text that must not be touched, as one sorted array of ranges with a reason each: what the kernel rewrites itself
 * (jump labels, static calls), what kprobes refuse, what runs before a breakpoint is recognised as ours, and what
 * runs while a probe is processed. The last two are found by following calls in the live text.
 * Entry points: dtk_reserved_*(), dtrace_func_refusal(). Context: process, text.lock and dtk_patch.lock held.
 */
#include <linux/jump_label.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/sort.h>
#include <linux/static_call.h>
#include "ksym.h"
#include "site.h"

struct text_range {
	unsigned long begin;
	unsigned long end;
	u8 reason;
};

static struct {
	struct text_range *range;
	u32 nr;
	u32 cap;
	bool is_failed;
	bool is_fresh;
	unsigned long exempt_begin;
	unsigned long exempt_end;
} reserved;

static void add(unsigned long begin, unsigned long end, enum dtrace_refusal reason)
{
	if (reserved.nr == reserved.cap) {
		u32 cap = reserved.cap ? reserved.cap * 2 : 8192;
		struct text_range *grown = kvmalloc_array(cap, sizeof(*grown), GFP_KERNEL);

		if (!grown) {
			reserved.is_failed = true;
			return;
		}
		if (reserved.nr)
			memcpy(grown, reserved.range, reserved.nr * sizeof(*grown));
		kvfree(reserved.range);
		reserved.range = grown;
		reserved.cap = cap;
	}
	reserved.range[reserved.nr++] = (struct text_range){ begin, end, reason };
}

/* ---- what the kernel rewrites ---- */

/*
 * The tables keep the entries of init text when that is gone: nothing is mapped there any more, or the text of a module
 * that came later. So what does not lie in the image's own live text is left out.
 */
static void add_jump_labels(const struct dtrace_image *image, const struct jump_entry *entry,
			    const struct jump_entry *end)
{
	for (; entry < end; entry++) {
		unsigned long addr = jump_entry_code(entry);
		bool is_short;
		u8 first;

		if (!dtrace_image_has(image, addr, addr + 2))
			continue;
		first = READ_ONCE(*(const u8 *)addr);
		is_short = first == JMP8_INSN_OPCODE || first == 0x66;
		add(addr, addr + (is_short ? 2 : 5), DTRACE_REFUSED_JUMP_LABEL);
	}
}

static void add_static_calls(const struct dtrace_image *image, const struct static_call_site *site,
			     const struct static_call_site *end)
{
	for (; site < end; site++) {
		unsigned long addr = (unsigned long)&site->addr + (long)site->addr;

		if (dtrace_image_has(image, addr, addr + 5))
			add(addr, addr + 5, DTRACE_REFUSED_STATIC_CALL);
	}
}

static int add_rewritten(struct dtrace_image *image, void *unused)
{
	struct module *mod = image->mod;

	if (!mod) {
		add_jump_labels(image, (void *)dtk_ksym.__start___jump_table,
				(void *)dtk_ksym.__stop___jump_table);
		add_static_calls(image, (void *)dtk_ksym.__start_static_call_sites,
				 (void *)dtk_ksym.__stop_static_call_sites);
		return 0;
	}
	if (!strncmp(image->name, "dtrace", 6))
		add(image->begin, image->end, DTRACE_REFUSED_PROBE_PATH);
#ifdef CONFIG_JUMP_LABEL
	add_jump_labels(image, mod->jump_entries, mod->jump_entries + mod->num_jump_entries);
#endif
#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
	add_static_calls(image, mod->static_call_sites, mod->static_call_sites + mod->num_static_call_sites);
#endif
	return 0;
}

/* ---- what kprobes refuse ---- */

static void add_blacklist(void)
{
	struct list_head *list = (struct list_head *)dtk_ksym.kprobe_blacklist;
	struct mutex *kprobe_mutex = (struct mutex *)dtk_ksym.kprobe_mutex;
	struct kprobe_blacklist_entry *entry;

	/* Entries of a module that goes are freed at once, whatever RCU says. */
	mutex_lock(kprobe_mutex);
	list_for_each_entry(entry, list, list)
		add(entry->start_addr, entry->end_addr, DTRACE_REFUSED_BLACKLIST);
	mutex_unlock(kprobe_mutex);
}

/* ---- following calls ---- */

/* Functions on the way from a breakpoint to our notifier, beside the notifiers before it. */
static const char *const die_roots[] = {
	"notify_die", "atomic_notifier_call_chain", "notifier_call_chain", "do_int3",
	"__rcu_read_lock", "__rcu_read_unlock", "rcu_read_unlock_special",
	"kprobe_int3_handler", "kgdb_ll_trap", "irqentry_nmi_enter", "irqentry_nmi_exit",
	/* A kernel that checks itself does so on this way, too, and further down than calls are followed. */
#ifdef CONFIG_DEBUG_NOTIFIERS
	"func_ptr_is_kernel_text", "is_module_text_address", "__module_text_address", "__module_address",
#endif
#ifdef CONFIG_PROVE_RCU
	"rcu_read_lock_any_held", "rcu_read_lock_sched_held", "rcu_lockdep_current_cpu_online", "rcu_is_watching",
#endif
#ifdef CONFIG_LOCKDEP
	"lock_acquire", "lock_release", "lock_is_held_type",
#endif
};

/* What the core calls while it processes a probe (the undefined symbols of its probe path). */
static const char *const probe_roots[] = {
	"unwind_next_frame", "__unwind_start", "unwind_get_return_address", "lookup_address",
	"sched_clock_cpu", "irq_work_queue", "ktime_get_real_fast_ns", "ktime_get_mono_fast_ns",
	"kernel_text_address", "__kernel_text_address", "get_stack_info", "arch_irq_work_raise",
	"unwind_get_return_address_ptr", "native_sched_clock", "kvm_sched_clock_read",
};

/* Never followed: a fault of the kernel itself is being reported. */
static const char *const ends[] = {
	"printk", "_printk", "panic", "die", "do_trap", "__warn_printk", "__stack_chk_fail",
	"force_sig", "schedule", "preempt_schedule", "preempt_schedule_notrace", "do_error_trap",
	"oops_enter", "oops_exit", "__ubsan_handle_out_of_bounds", "dump_stack",
};

struct closure {
	struct dtrace_image *image;
	u8 *depth;	/* by function: 0 = not in it, else how much further to follow, + 1 */
};

static void closure_add(struct closure *closure, const struct dtrace_func *func, u8 depth)
{
	u32 i = func - closure->image->func;

	closure->depth[i] = max(closure->depth[i], depth);
}

static bool is_end(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		if (!strcmp(name, ends[i]))
			return true;
	}
	return false;
}

static void closure_names(struct closure *closure, const char *const *names, u32 nr, u8 depth)
{
	u32 i, j;

	for (i = 0; i < closure->image->nr; i++) {
		const char *name = dtrace_func_name(closure->image, &closure->image->func[i]);

		for (j = 0; j < nr; j++) {
			if (name[0] == names[j][0] && !strcmp(name, names[j]))
				closure_add(closure, &closure->image->func[i], depth);
		}
	}
}

static void closure_calls(struct closure *closure, const struct dtrace_func *func, u8 depth)
{
	unsigned long addr = func->addr, end = addr + func->size;
	struct dtrace_text_walk walk;

	dtrace_text_walk_begin(&walk);
	while (addr < end) {
		u32 covered, length;
		const u8 *at = dtk_text_bytes(&walk, addr, &covered);
		const struct dtrace_func *callee;
		struct dtrace_image *image;

		length = dtk_insn_length(at, covered ? DTK_SITE_BYTES : end - addr);
		if (!length)
			break;
		if ((*at == CALL_INSN_OPCODE || *at == JMP32_INSN_OPCODE) && length == 5) {
			callee = dtk_func_find(addr + 5 + *(const s32 *)(at + 1), &image);
			if (callee && image == closure->image && callee != func &&
			    !(callee->flags & DTRACE_FUNC_COLD) &&
			    !is_end(dtrace_func_name(image, callee)))
				closure_add(closure, callee, depth);
		}
		addr += max(length, covered);
	}
	dtrace_text_walk_end(&walk);
}

static void closure_follow(struct closure *closure, u8 depth)
{
	u32 i;

	for (; depth > 1; depth--) {
		for (i = 0; i < closure->image->nr; i++) {
			if (closure->depth[i] == depth)
				closure_calls(closure, &closure->image->func[i], depth - 1);
		}
	}
}

static u32 closure_take(struct closure *closure, enum dtrace_refusal reason)
{
	u32 i, found = 0;

	for (i = 0; i < closure->image->nr; i++) {
		const struct dtrace_func *func = &closure->image->func[i];

		if (!closure->depth[i])
			continue;
		add(func->addr, func->addr + func->size, reason);
		found++;
	}
	return found;
}

static void closure_notifiers(struct closure *closure, u8 depth)
{
	struct atomic_notifier_head *chain = (void *)dtk_ksym.die_chain;
	struct dtrace_image *image;
	struct notifier_block *nb;

	rcu_read_lock();
	for (nb = rcu_dereference(chain->head); nb; nb = rcu_dereference(nb->next)) {
		const struct dtrace_func *func =
			dtk_func_find((unsigned long)nb->notifier_call, &image);

		if (func && image == closure->image)
			closure_add(closure, func, depth);
	}
	rcu_read_unlock();
}

#define DIE_DEPTH	3
#define PROBE_DEPTH	3

static int add_paths(struct dtrace_image *image, void *unused)
{
	struct closure closure = { .image = image };
	u32 die, probe;

	if (image->mod)
		return 0;
	closure.depth = kvzalloc(image->nr, GFP_KERNEL);
	if (!closure.depth) {
		reserved.is_failed = true;
		return 0;
	}
	closure_names(&closure, probe_roots, ARRAY_SIZE(probe_roots), PROBE_DEPTH);
	closure_follow(&closure, PROBE_DEPTH);
	probe = closure_take(&closure, DTRACE_REFUSED_PROBE_PATH);
	memset(closure.depth, 0, image->nr);
	closure_names(&closure, die_roots, ARRAY_SIZE(die_roots), DIE_DEPTH);
	closure_notifiers(&closure, DIE_DEPTH);
	closure_follow(&closure, DIE_DEPTH);
	die = closure_take(&closure, DTRACE_REFUSED_DIE_PATH);
	kvfree(closure.depth);
	pr_debug("dtrace_patch: %u functions before a breakpoint, %u in probes\n", die, probe);
	return 0;
}

/* ---- the array ---- */

static int compare(const void *a, const void *b)
{
	const struct text_range *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->end > y->end ? -1 : x->end < y->end;
}

/* Overlapping ranges become one, with the reason of the first. */
static void merge(void)
{
	u32 i, nr = 0;

	for (i = 0; i < reserved.nr; i++) {
		struct text_range *last = nr ? &reserved.range[nr - 1] : NULL;
		const struct text_range *range = &reserved.range[i];

		if (last && range->begin < last->end)
			last->end = max(last->end, range->end);
		else
			reserved.range[nr++] = *range;
	}
	reserved.nr = nr;
}

int dtk_reserved_update(void)
{
	if (reserved.is_fresh)
		return 0;
	reserved.nr = 0;
	reserved.is_failed = false;
	add_blacklist();
	dtrace_images_walk_locked(add_rewritten, NULL);
	dtrace_images_walk_locked(add_paths, NULL);
	if (reserved.is_failed)
		return -ENOMEM;
	sort(reserved.range, reserved.nr, sizeof(*reserved.range), compare, NULL);
	merge();
	reserved.is_fresh = true;
	return 0;
}

void dtk_reserved_stale(void)
{
	reserved.is_fresh = false;
}

void dtk_reserved_exempt(unsigned long begin, unsigned long end)
{
	reserved.exempt_begin = begin;
	reserved.exempt_end = end;
}

bool dtk_reserved_is_exempt(unsigned long addr)
{
	return addr >= reserved.exempt_begin && addr < reserved.exempt_end;
}

enum dtrace_refusal dtk_reserved_find(unsigned long begin, unsigned long end)
{
	u32 low = 0, high = reserved.nr;

	if (begin >= reserved.exempt_begin && end <= reserved.exempt_end)
		return DTRACE_REFUSED_NOT;
	/* The first range that ends behind begin. */
	while (low < high) {
		u32 middle = (low + high) / 2;

		if (reserved.range[middle].end <= begin)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < reserved.nr && reserved.range[low].begin < end)
		return reserved.range[low].reason;
	return DTRACE_REFUSED_NOT;
}

enum dtrace_refusal dtrace_func_refusal(const struct dtrace_func *func)
{
	enum dtrace_refusal refusal;

	mutex_lock(&dtk_patch.lock);
	if (!dtk_patch.can_patch)
		refusal = DTRACE_REFUSED_FEATURE;
	else if (dtk_reserved_update())
		refusal = DTRACE_REFUSED_MEMORY;
	else
		refusal = dtk_reserved_find(func->addr, func->addr + 1);
	mutex_unlock(&dtk_patch.lock);
	/* Only the first instruction is the kernel's own to rewrite. */
	if (refusal == DTRACE_REFUSED_JUMP_LABEL || refusal == DTRACE_REFUSED_STATIC_CALL)
		refusal = DTRACE_REFUSED_NOT;
	return refusal;
}
EXPORT_SYMBOL_GPL(dtrace_func_refusal);


void dtk_reserved_exit(void)
{
	kvfree(reserved.range);
}
