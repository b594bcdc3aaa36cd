// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writing to the kernel's text: many sites at once, with three synchronisations of all CPUs however many there are.
 *
 * Text is written through a second, writable mapping of its pages. (1) A breakpoint goes over the first byte of every
 * site; (2) the bytes behind it; (3) the first byte proper; all CPUs are made to synchronise after each.
 * A CPU that meets a breakpoint in between is helped by trap.c. The kernel's own patching is kept out by text_mutex.
 * Entry points: dtk_poke_*(). Context: process, may sleep, dtk_patch.lock held.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/sync_core.h>
#include "ksym.h"
#include "site.h"
#include "stub.h"

#define WINDOW_PAGES	32u
#define PART		1024u	/* sites that a CPU takes at a time */

/* Writable view of the kernel's text, made once. */
static struct {
	u8 *map;
	unsigned long begin;
	unsigned long end;
} image;

/* Writable view of some pages of a module, or of a page of copies. */
static struct {
	u8 *map;
	unsigned long begin;
	unsigned long end;
} window;

int dtk_poke_init(void)
{
	unsigned long begin = dtk_ksym._stext & PAGE_MASK;
	unsigned long end = PAGE_ALIGN(dtk_ksym._etext);
	unsigned long nr = (end - begin) >> PAGE_SHIFT, i;
	struct page **pages;

	if (image.map)
		return 0;
	pages = kvmalloc_array(nr, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		pages[i] = pfn_to_page(PHYS_PFN(__pa_symbol(begin + (i << PAGE_SHIFT))));
	image.map = vmap(pages, nr, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	image.begin = begin;
	image.end = end;
	return image.map ? 0 : -ENOMEM;
}

void dtk_poke_forget(void)
{
	vunmap(window.map);
	window.map = NULL;
}

void dtk_poke_exit(void)
{
	dtk_poke_forget();
	vunmap(image.map);
	image.map = NULL;
}

static bool is_mapped_page(unsigned long addr)
{
	return is_vmalloc_addr((void *)addr) || (addr >= MODULES_VADDR && addr < MODULES_END);
}

static int window_move(unsigned long addr)
{
	unsigned long begin = addr & PAGE_MASK, at;
	struct page *pages[WINDOW_PAGES];
	u32 nr;

	dtk_poke_forget();
	for (nr = 0, at = begin; nr < WINDOW_PAGES; nr++, at += PAGE_SIZE) {
		pages[nr] = is_mapped_page(at) ? vmalloc_to_page((void *)at) : NULL;
		if (!pages[nr])
			break;
	}
	if (!nr)
		return -EFAULT;
	window.map = vmap(pages, nr, VM_MAP, PAGE_KERNEL);
	window.begin = begin;
	window.end = at;
	return window.map ? 0 : -ENOMEM;
}

/* Where to write in order to change the bytes at an address. NULL = cannot be mapped. */
static u8 *alias_of(unsigned long addr, u32 bytes)
{
	if (addr >= image.begin && addr + bytes <= image.end)
		return image.map + (addr - image.begin);
	if ((!window.map || addr < window.begin || addr + bytes > window.end) && window_move(addr))
		return NULL;
	return addr + bytes <= window.end ? window.map + (addr - window.begin) : NULL;
}

int dtk_poke_write(void *to, const void *from, u32 bytes)
{
	u8 *alias = alias_of((unsigned long)to, bytes);

	if (!alias)
		return -ENOMEM;
	memcpy(alias, from, bytes);
	return 0;
}

static void sync_here(void *unused)
{
	sync_core();
}

static void sync_all(void)
{
	on_each_cpu(sync_here, NULL, 1);
}

static bool is_breakpoint(const struct dtk_site *site)
{
	return dtk_site_patch_len(site) == 1;
}

static void patch_bytes(const struct dtk_site *site, u8 bytes[5])
{
	unsigned long stub;
	s32 rel;

	if (is_breakpoint(site)) {
		bytes[0] = INT3_INSN_OPCODE;
		return;
	}
	stub = (unsigned long)dtk_stubs + site->stub * DTK_STUB_SIZE;
	rel = stub - (site->addr + 5);
	bytes[0] = JMP32_INSN_OPCODE;
	memcpy(bytes + 1, &rel, 4);
}

/* Is the text what it should be, and can it be written to? */
static bool is_ready(const struct dtk_site *site, bool arm)
{
	u32 len = dtk_site_patch_len(site);
	u8 expected[5];

	if (!alias_of(site->addr, len))
		return false;
	if (arm)
		return !memcmp((void *)site->addr, site->orig, max_t(u32, site->len, len)) &&
		       !dtk_text_has_kprobe(&dtk_patch.kprobes, site->addr, len) && !dtk_text_is_under_jump(site->addr);
	patch_bytes(site, expected);
	return !memcmp((void *)site->addr, expected, len) &&
	       !dtk_kprobes_meet(&dtk_patch.kprobes, site->addr, site->addr);
}

/* What is done with many sites, step by step; each step on several CPUs. */
struct poke {
	struct dtk_site **site;
	u32 nr;
	bool arm;
	bool is_last;		/* step 3 */
	void (*step)(const struct poke *poke, struct dtk_site *site);
};

static void check(const struct poke *poke, struct dtk_site *site)
{
	site->is_queued = is_ready(site, poke->arm);
}

/* Step 1, or the whole arming of a breakpoint; step 3. */
static void write_first(const struct poke *poke, struct dtk_site *site)
{
	u8 bytes[5], byte = INT3_INSN_OPCODE;

	if (!site->is_queued || (is_breakpoint(site) && poke->is_last == poke->arm))
		return;
	if (poke->is_last && poke->arm) {
		patch_bytes(site, bytes);
		byte = bytes[0];
	} else if (poke->is_last) {
		byte = site->orig[0];
	}
	WRITE_ONCE(*alias_of(site->addr, 1), byte);
}

static void write_rest(const struct poke *poke, struct dtk_site *site)
{
	const u8 *from = site->orig;
	u8 bytes[5];

	if (!site->is_queued || is_breakpoint(site))
		return;
	if (poke->arm) {
		patch_bytes(site, bytes);
		from = bytes;
	}
	memcpy(alias_of(site->addr, 5) + 1, from + 1, 4);
}

static bool is_in_image(const struct dtk_site *site)
{
	return site->addr >= image.begin && site->addr + DTK_INSN_MAX <= image.end;
}

static void step_part(void *arg, u32 begin, u32 end)
{
	const struct poke *poke = arg;

	for (; begin < end; begin++) {
		if (is_in_image(poke->site[begin]))
			poke->step(poke, poke->site[begin]);
	}
}

/* The view of modules is one window, which moves: they come one after the other. */
static void run_step(struct poke *poke, void (*step)(const struct poke *poke, struct dtk_site *site))
{
	u32 i;

	poke->step = step;
	dtrace_split(poke->nr, PART, step_part, poke);
	for (i = 0; i < poke->nr; i++) {
		if (!is_in_image(poke->site[i]))
			step(poke, poke->site[i]);
		if (i % DTK_PAUSE_EVERY == 0)
			cond_resched();
	}
}

int dtk_poke_sites(struct dtk_site **sites, u32 nr, bool arm)
{
	struct poke poke = { .site = sites, .nr = nr, .arm = arm };
	struct mutex *text_mutex = (struct mutex *)dtk_ksym.text_mutex;
	u32 i, nr_jumps = 0, nr_traps = 0, left = 0;
	int err = dtk_poke_init();

	if (err)
		return err;
	mutex_lock(text_mutex);
	dtk_kprobes_read(&dtk_patch.kprobes);
	run_step(&poke, check);
	for (i = 0; i < nr; i++) {
		if (!sites[i]->is_queued)
			left++;
		else if (is_breakpoint(sites[i]))
			nr_traps++;
		else
			nr_jumps++;
	}
	if (nr_jumps || (nr_traps && arm)) {
		run_step(&poke, write_first);
		sync_all();
	}
	if (nr_jumps) {
		run_step(&poke, write_rest);
		sync_all();
	}
	if (nr_jumps || (nr_traps && !arm)) {
		poke.is_last = true;
		run_step(&poke, write_first);
		sync_all();
	}
	for (i = 0; i < nr; i++) {
		if (sites[i]->is_queued)
			sites[i]->state = arm ? DTK_SITE_ARMED : DTK_SITE_IDLE;
		else if (!arm)
			sites[i]->state = DTK_SITE_STUCK;
		sites[i]->is_queued = false;
	}
	WRITE_ONCE(dtk_patch.nr_breakpoints, dtk_patch.nr_breakpoints + (arm ? nr_traps : -nr_traps));
	mutex_unlock(text_mutex);
	dtk_poke_forget();
	return left;
}
