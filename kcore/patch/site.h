/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sites: places of the kernel's text that have, or once had, hooks. One site for each address, however many hooks.
 * A site stays as long as its module does, so a CPU that was already on its way into it finds it.
 */
#ifndef _DTK_SITE_H
#define _DTK_SITE_H

#include <linux/mutex.h>
#include <linux/preempt.h>
#include <dtrace/patch.h>
#include <dtrace/provider.h>
#include "insn.h"

enum dtk_site_kind {
	DTK_SITE_ENTRY,		/* the function tracer's call */
	DTK_SITE_JUMP,		/* five bytes become a jump to a stub */
	DTK_SITE_TRAP,		/* the first byte becomes a breakpoint */
};

enum dtk_site_state {
	DTK_SITE_IDLE,		/* text is the kernel's own */
	DTK_SITE_ARMED,
	DTK_SITE_STUCK,		/* should be idle, but somebody has written over our bytes */
};

#define DTK_NO_STUB	(~0u)
#define DTK_PAUSE_EVERY	256u	/* sites between two chances for others */
#define DTK_SITE_BYTES	15u
/* The function tracer's call is among so many first bytes of a function. */
#define DTK_ENTRY_REACH	16u

/**
 * struct dtk_site - one place
 * @addr: of the instruction; ENTRY: what the function tracer calls ip
 * @hooks: in the order of their arming; changed under dtk_patch.lock, read in probe context
 * @cont: JUMP: where the jump goes; 0 = a return, or @reg says
 * @insn: TRAP: the decoded instruction
 * @slot: TRAP: executable copy of the instruction, NULL = it is emulated
 * @hits: counter of CPU 0; those of other CPUs lie DTK_HITS_STRIDE bytes apart
 * @index: number, from 0
 * @stub: JUMP: number of the stub
 * @late: hits without a hook
 * @reg: JUMP: number of the register that holds the target, or -1
 * @len: of the instruction; @orig: its bytes
 * @is_queued: in the batch at work
 */
struct dtk_site {
	unsigned long addr;
	struct dtrace_hook *hooks;
	unsigned long cont;
	struct dtk_insn *insn;
	u8 *slot;
	u64 *hits;
	u32 index;
	u32 stub;
	u32 late;
	u8 kind;
	u8 state;
	s8 reg;
	u8 len;
	bool is_queued;
	u8 orig[DTK_SITE_BYTES];
};

/* Bytes that arming changes. */
static inline unsigned int dtk_site_patch_len(const struct dtk_site *site)
{
	return site->kind == DTK_SITE_JUMP ? 5 : 1;
}

struct dtk_site_slot {
	unsigned long addr;
	struct dtk_site *site;
};

/* Open addressing, at most half full; replaced as a whole. */
struct dtk_site_table {
	u32 shift;
	u32 mask;
	struct dtk_site_slot slot[];
};

/* Counters of so many sites lie together, those of one CPU after those of another. */
#define DTK_HITS_CHUNK	1024u
#define DTK_HITS_STRIDE	(DTK_HITS_CHUNK * sizeof(u64))

/**
 * struct dtk_patch - the engine
 * @lock: mutex; sites, hooks, stubs, slots. Inside text.lock, outside ftrace's locks and text_mutex
 * @table: address -> site
 * @site: all of them, by index; NULL = its module is gone
 * @kprobes: where they were when this request began
 * @nr_stuck: sites in state STUCK
 * @nr_breakpoints: sites that have one, STUCK ones included
 * @can_patch, @can_copy: this kernel has what breakpoints, and copies of instructions, need
 */
struct dtk_patch {
	struct mutex lock;
	struct dtk_site_table *table;
	struct dtk_site **site;
	struct dtrace_kprobes kprobes;
	u32 nr_sites;
	u32 cap_sites;
	u32 nr_stuck;
	u32 nr_breakpoints;
	bool can_patch;
	bool can_copy;
};
extern struct dtk_patch dtk_patch;

DECLARE_PER_CPU(u64, dtk_hits_offset);

/* Where an address is looked for first. */
static __always_inline u64 dtk_site_home(const struct dtk_site_table *table, unsigned long addr)
{
	return (addr * 0x9e3779b97f4a7c15ull) >> table->shift;
}

static __always_inline struct dtk_site *dtk_site_find(unsigned long addr)
{
	/* Pairs with the smp_store_release in table_grow(). */
	struct dtk_site_table *table = READ_ONCE(dtk_patch.table);
	struct dtk_site_slot *slot = &table->slot[dtk_site_home(table, addr)];

	for (;;) {
		unsigned long found = READ_ONCE(slot->addr);

		if (likely(found == addr))
			return READ_ONCE(slot->site);
		if (!found)
			return NULL;
		if (slot++ == &table->slot[table->mask])
			slot = table->slot;
	}
}

/*
 * The kernel's own bytes of the instruction at an address, whoever has a hook or a kprobe there; at least 15 of them
 * if they are not where they belong. *covered: bytes of live text that are not to be looked at, 0 = none.
 */
const u8 *dtk_text_bytes(struct dtrace_text_walk *walk, unsigned long addr, u32 *covered);
/*
 * What the kernel has below the kprobe at an address, or below the jump that one before it has become. NULL = the bytes
 * there. Context: between dtrace_text_walk_begin() and _end().
 */
const u8 *dtk_text_below_kprobe(struct dtrace_text_walk *walk, unsigned long addr);
/* kprobes.c. Reads the list; a batch does so once. */
void dtk_kprobes_read(struct dtrace_kprobes *list);
/* Is there one at an address of a range, both ends included? */
bool dtk_kprobes_meet(const struct dtrace_kprobes *list, unsigned long first, unsigned long last);

/* One that is optimised is a jump of five bytes; it may become one at any time. */
static inline bool dtk_text_has_kprobe(const struct dtrace_kprobes *list, unsigned long addr, u32 len)
{
	return dtk_kprobes_meet(list, addr - 4, addr + len - 1);
}

bool dtk_text_is_under_jump(unsigned long addr);
/*
 * Does anybody want to hear of hits? If not they go by, counted but not looked at: arming or disarming everything takes
 * the kernel seconds and hundreds of traced calls for each place, and a command that has been interrupted ends in
 * a kernel whose functions are all instrumented still.
 */
DECLARE_PER_CPU(u64, dtk_passed);
u64 dtk_sites_passed(void);

static __always_inline bool dtk_hits_are_wanted(void)
{
	if (likely(atomic_read(&dtrace_hits_wanted)))
		return true;
	this_cpu_inc(dtk_passed);
	return false;
}

void dtk_site_late(struct dtk_site *site);

/*
 * Calls the hooks. Preemption is off meanwhile, which is what dtrace_hooks_disarm() waits for.
 * Context: any.
 */
static __always_inline void dtk_site_hit(struct dtk_site *site, struct pt_regs *regs, u32 flags)
{
	struct dtrace_hook *hook;

	__preempt_count_add(1);
	barrier();
	hook = READ_ONCE(site->hooks);
	if (likely(hook)) {
		++*(u64 *)((u8 *)site->hits + this_cpu_read(dtk_hits_offset));
		do {
			hook->hit(hook, regs, flags);
			hook = READ_ONCE(hook->next);
		} while (unlikely(hook));
	} else {
		dtk_site_late(site);
	}
	barrier();
	__preempt_count_sub(1);
}

/* site.c */
int dtk_sites_init(void);
void dtk_sites_exit(void);
/* Room for so many more sites. Return: 0 or -ENOMEM. Context: lock held. */
int dtk_sites_reserve(u32 nr);
/* A new site, found from then on. NULL = no memory. Context: lock held, room reserved. */
struct dtk_site *dtk_site_create(const struct dtk_site *from);
/* hooks.c. Context: no hook is armed. */
void dtk_hooks_exit(void);
/* Forgets all sites in a range of text that goes away. Context: lock held, none is armed. */
void dtk_sites_forget(unsigned long begin, unsigned long end);
u64 dtk_site_hits(const struct dtk_site *site);
/* Waits until every CPU has scheduled: whoever had preemption off is through. */
void dtk_patch_sync_cpus(void);
/* The same, and tasks that were preempted inside a stub or a copy have left it. */
void dtk_patch_sync_tasks(void);

/* analyse.c: what is at an address, and may it be patched? Fills *site. func: as dtrace_hook.func. */
enum dtrace_refusal dtk_site_analyse(struct dtk_site *site, unsigned long addr,
				     const struct dtrace_func *func);
/* scan.c. Is the instruction a return or tail jump of five bytes? Fills cont, reg. */
bool dtk_site_is_exit(struct dtk_site *site, u32 length);
void dtk_scan_exit(void);

/* reserved.c: ranges of text that must not be touched. */
void dtk_reserved_exit(void);
void dtk_reserved_stale(void);
/* Reads the kernel's lists again if they may have changed. Return: 0 or -errno. */
int dtk_reserved_update(void);
/* The self-test's own function, which would be refused like the rest of this module. */
void dtk_reserved_exempt(unsigned long begin, unsigned long end);
bool dtk_reserved_is_exempt(unsigned long addr);
enum dtrace_refusal dtk_reserved_find(unsigned long begin, unsigned long end);

/* poke.c: writing to text. */
int dtk_poke_init(void);
void dtk_poke_exit(void);
/*
 * Arms or disarms sites of kind JUMP and TRAP in three steps. A site whose text is not as expected is left alone:
 * when arming it stays IDLE, when disarming it becomes STUCK.
 * Return: number of sites left alone, or -errno and none is changed. Context: lock held, process.
 */
int dtk_poke_sites(struct dtk_site **sites, u32 nr, bool arm);
/* Writes to memory that is executable and not writable. Return: 0 or -ENOMEM. */
int dtk_poke_write(void *to, const void *from, u32 bytes);
/* Drops the writable view of text that goes away. */
void dtk_poke_forget(void);

/* trap.c: breakpoints. */
int dtk_trap_init(void);
void dtk_trap_exit(void);

/*
 * guard.c: tells the kernel what is below our bytes when it makes a kprobe. Nothing may be armed without. Return: 0 or
 * -errno, -EBUSY if the function tracer is switched off. Context: process, lock held or module init.
 */
int dtk_guard_init(void);
bool dtk_guard_is_on(void);
/* Context: no site is armed. */
void dtk_guard_exit(void);

/*
 * entry.c: function entries; total: of all places of the request. Context of all: lock held. Return: 0, -EINTR (see
 * dtrace_op_pause()), or -errno; some may be armed then.
 */
int dtk_entry_arm(struct dtk_site **sites, u32 nr, u32 total);
void dtk_entry_disarm(struct dtk_site **sites, u32 nr);
void dtk_entry_exit(void);

/* slot.c: executable copies of instructions. Return: DTRACE_REFUSED_x. Context: lock held. */
enum dtrace_refusal dtk_slot_make(struct dtk_site *site);
void dtk_slot_free(struct dtk_site *site);
void dtk_slots_exit(void);

/* text.c */
int dtk_text_init(void);
void dtk_text_exit(void);
/* Modules: those that are there, and from then on those that come and go. */
int dtk_text_watch(void);
void dtk_text_mute(void);
/*
 * The image of whose live text all of a range is, or NULL. Addresses from tables, and those in front of or behind an
 * instruction, are read only if there is one: init text is in the tables still when it is gone.
 * Context: as dtk_func_find().
 */
struct dtrace_image *dtk_image_of_text(unsigned long begin, unsigned long end);
/* As dtrace_func_find(), with the list locked already. */
struct dtrace_func *dtk_func_find(unsigned long addr, struct dtrace_image **image);

/* text_file.c */
void dtk_text_file_init(void);
void dtk_text_file_exit(void);

/* selftest.c */
int dtk_selftest(void);

#endif /* _DTK_SITE_H */
