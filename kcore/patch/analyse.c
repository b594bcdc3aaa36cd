// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is at an address, may it be patched, and how. Entry points: dtk_site_analyse(), dtrace_hook_check(), and the
 * walk over a function's instructions. Reads the live text. Context: process, list of images locked;
 * dtk_site_analyse() under dtk_patch.lock too.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <asm/text-patching.h>
#include "displace.h"
#include "ksym.h"
#include "site.h"
#include "stub.h"

static const char *const texts[DTRACE_REFUSED_MAX] = {
	[DTRACE_REFUSED_NOT] = "can be probed",
	[DTRACE_REFUSED_NO_TEXT] = "is not in the text of the kernel or of a module",
	[DTRACE_REFUSED_MIDDLE] = "is not the first byte of an instruction",
	[DTRACE_REFUSED_BLACKLIST] = "is noinstr or in the kprobe blacklist",
	[DTRACE_REFUSED_DIE_PATH] = "runs before a breakpoint can be recognised",
	[DTRACE_REFUSED_PROBE_PATH] = "runs while a probe is processed",
	[DTRACE_REFUSED_FTRACE] = "belongs to the function tracer",
	[DTRACE_REFUSED_JUMP_LABEL] = "is a jump label, which the kernel rewrites",
	[DTRACE_REFUSED_STATIC_CALL] = "is a static call, which the kernel rewrites",
	[DTRACE_REFUSED_ALTERNATIVE] = "has a lock prefix that the kernel rewrites",
	[DTRACE_REFUSED_KPROBE] = "has a kprobe",
	[DTRACE_REFUSED_FIXUP] = "may fault by design, and the kernel looks up its address",
	[DTRACE_REFUSED_INSN] = "is an instruction that cannot run from a copy",
	[DTRACE_REFUSED_REACH] = "has an operand out of reach of a copy",
	[DTRACE_REFUSED_CHANGED] = "was changed by somebody else meanwhile",
	[DTRACE_REFUSED_MEMORY] = "needs memory that is not there",
	[DTRACE_REFUSED_STUBS] = "needs a stub, and all are taken",
	[DTRACE_REFUSED_FEATURE] = "needs something that this kernel does not offer",
};

const char *dtrace_refusal_text(enum dtrace_refusal refusal)
{
	return refusal < DTRACE_REFUSED_MAX ? texts[refusal] : "?";
}
EXPORT_SYMBOL_GPL(dtrace_refusal_text);

/* ---- the kernel's own bytes ---- */

/*
 * A kprobe that has gone may have left its jump, which nobody can look below. It is in the list of those that the
 * kernel has yet to take away, which grows and shrinks under text_mutex. Context: text_mutex held.
 */
static bool has_orphan_jumps(void)
{
#ifdef CONFIG_OPTPROBES
	return dtk_ksym.unoptimizing_list && !list_empty((const struct list_head *)dtk_ksym.unoptimizing_list);
#else
	return false;
#endif
}

/* The kernel's optimiser of kprobes and everybody else who writes to text holds text_mutex. */
static void lock_text(void)
{
	struct mutex *text_mutex = (struct mutex *)dtk_ksym.text_mutex;

	if (!text_mutex)
		return;
	mutex_lock(text_mutex);
	while (dtk_patch.can_patch && has_orphan_jumps()) {
		mutex_unlock(text_mutex);
		dtk_k_wait_for_kprobe_optimizer();
		mutex_lock(text_mutex);
	}
}

void dtrace_text_walk_begin(struct dtrace_text_walk *walk)
{
	walk->is_careful = false;
	walk->steps = NULL;
	lock_text();
	if (dtk_patch.can_patch)
		dtk_kprobes_read(&walk->kprobes);
	walk->is_plain = walk->kprobes.is_complete && !walk->kprobes.nr &&
			 !READ_ONCE(dtk_patch.nr_breakpoints);
}
EXPORT_SYMBOL_GPL(dtrace_text_walk_begin);

void dtrace_text_walk_end(struct dtrace_text_walk *walk)
{
	if (dtk_ksym.text_mutex)
		mutex_unlock((struct mutex *)dtk_ksym.text_mutex);
}
EXPORT_SYMBOL_GPL(dtrace_text_walk_end);

/* Undecodable: stands for a jump that somebody has written over instructions which are not known. */
static const u8 foreign_jump[DTK_INSN_MAX + 1] = { 0x06, 0x06, 0x06, 0x06 };

/* Copies of instructions, the kernel's and ours, lie where modules do. */
static bool is_near(unsigned long addr)
{
	return addr >= MODULES_VADDR && addr < MODULES_END;
}

/* Is there a jump that leads to such a copy? It may as well be something else that begins with the same byte. */
static bool is_foreign_jump(const struct dtrace_image *image, unsigned long addr)
{
	struct dtrace_image *other;
	unsigned long target;

	if (!dtrace_image_has(image, addr, addr + JMP32_INSN_SIZE) || *(const u8 *)addr != JMP32_INSN_OPCODE)
		return false;
	target = addr + JMP32_INSN_SIZE + *(const s32 *)(addr + 1);
	return is_near(target) && !dtk_func_find(target, &other);
}

/* Do bytes before an address belong to a jump that reaches over it and leads nowhere we know? */
bool dtk_text_is_under_jump(unsigned long addr)
{
	const struct dtrace_image *image = dtk_image_of_text(addr, addr + 1);
	unsigned long at;

	for (at = addr - (JMP32_INSN_SIZE - 1); image && at < addr; at++) {
		if (is_foreign_jump(image, at) && !dtk_site_find(at))
			return true;
	}
	return false;
}

const u8 *dtk_text_below_kprobe(struct dtrace_text_walk *walk, unsigned long addr)
{
	const u8 *bytes = NULL;
	struct kprobe *kp;

	preempt_disable();
	kp = dtk_k_get_kprobe((void *)addr);
	/* One whose module's text is gone is listed still, with a byte of what was here before. */
	if (!kp || !kprobe_gone(kp))
		bytes = (const u8 *)dtk_k_recover_probed_instruction(walk->buf, addr);
	preempt_enable();
	return bytes;
}

const u8 *dtk_text_bytes(struct dtrace_text_walk *walk, unsigned long addr, u32 *covered)
{
	u8 first = READ_ONCE(*(const u8 *)addr);
	const u8 *bytes = (const u8 *)addr;
	const struct dtrace_image *image;
	const struct dtk_site *site;

	*covered = 0;
	if (first == INT3_INSN_OPCODE || first == JMP32_INSN_OPCODE) {
		/* An idle site of ours may lie under the kprobe: what follows is covered all the same. */
		if (dtk_patch.can_patch && !walk->is_careful &&
		    dtk_kprobes_meet(&walk->kprobes, addr, addr))
			walk->is_careful = true;
		site = dtk_site_find(addr);
		if (site && site->kind != DTK_SITE_ENTRY) {
			*covered = dtk_site_patch_len(site);
			return site->orig;
		}
		image = dtk_image_of_text(addr, addr + 1);
		if (image && !walk->is_careful && is_foreign_jump(image, addr))
			return foreign_jump;
	}
	if (unlikely(walk->is_careful))
		bytes = dtk_text_below_kprobe(walk, addr);
	return bytes ?: (const u8 *)addr;
}

/* ---- one address ---- */

/* What the function tracer puts at an entry when nobody traces it. */
static const u8 entry_nop[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };

u32 dtrace_text_insn(struct dtrace_text_walk *walk, const struct dtrace_func *func,
		     unsigned long addr, struct dtk_insn *insn, u8 bytes[DTK_INSN_MAX])
{
	unsigned long left = func->addr + func->size - addr;
	const u8 *from;
	u32 covered;

	from = dtk_text_bytes(walk, addr, &covered);
	if (covered)
		left = DTK_SITE_BYTES;
	memset(bytes, 0, DTK_INSN_MAX);
	memcpy(bytes, from, min(left, (unsigned long)DTK_INSN_MAX));
	if ((func->flags & DTRACE_FUNC_TRACEABLE) && addr == dtrace_func_entry(func))
		memcpy(bytes, entry_nop, sizeof(entry_nop));
	if (dtk_insn_decode(insn, bytes, min(left, (unsigned long)DTK_INSN_MAX)))
		return 0;
	return max_t(u32, insn->length, covered);
}
EXPORT_SYMBOL_GPL(dtrace_text_insn);

static bool is_boundary(const struct dtrace_func *func, unsigned long addr)
{
	struct dtrace_text_walk walk;
	unsigned long at = func->addr;
	u32 length = 1;

	dtrace_text_walk_begin(&walk);
	while (at < addr && length) {
		u32 covered;
		const u8 *bytes = dtk_text_bytes(&walk, at, &covered);

		length = dtk_insn_length(bytes, covered ? DTK_SITE_BYTES : func->addr + func->size - at);
		at += max(length, covered);
	}
	dtrace_text_walk_end(&walk);
	return length && at == addr;
}

/*
 * A kernel that was started with one CPU has written a segment prefix over each lock prefix, and writes the lock
 * prefixes back when a second CPU comes. What is no segment prefix by then it leaves as it is.
 */
static bool may_lock(const struct dtk_site *site, const struct dtk_insn *insn)
{
	return insn->flags & DTK_INSN_F_LOCK || memchr(site->orig, 0x3e, insn->nr_prefix);
}

static enum dtrace_refusal check_alternative(const struct dtk_site *site)
{
	struct mutex *text_mutex = (struct mutex *)dtk_ksym.text_mutex;
	bool is_rewritten;

	if (!dtk_ksym.alternatives_text_reserved)
		return DTRACE_REFUSED_FEATURE;
	mutex_lock(text_mutex);
	/* The end is not included. */
	is_rewritten = dtk_k_alternatives_text_reserved((void *)site->addr, (void *)(site->addr + site->len));
	mutex_unlock(text_mutex);
	return is_rewritten ? DTRACE_REFUSED_ALTERNATIVE : DTRACE_REFUSED_NOT;
}

static enum dtrace_refusal analyse_trap(struct dtk_site *site, const struct dtk_insn *insn)
{
	enum dtrace_refusal refusal;
	const char *why;

	site->kind = DTK_SITE_TRAP;
	if (!dtk_ksym.search_exception_tables)
		return DTRACE_REFUSED_FEATURE;
	if (dtk_k_search_exception_tables(site->addr))
		return DTRACE_REFUSED_FIXUP;
	refusal = may_lock(site, insn) ? check_alternative(site) : DTRACE_REFUSED_NOT;
	if (refusal)
		return refusal;
	if (dtk_displace_plan(insn, site->orig, &why) == DTK_DISPLACE_REFUSE)
		return DTRACE_REFUSED_INSN;
	site->insn = kmemdup(insn, sizeof(*insn), GFP_KERNEL);
	if (!site->insn)
		return DTRACE_REFUSED_MEMORY;
	return DTRACE_REFUSED_NOT;
}

/*
 * Stubs change flags, which compiled functions never hand over. Assembly has conventions of its own; nothing tells it
 * from the rest but that the function tracer does not know it.
 */
static bool may_use_stub(const struct dtrace_func *func, unsigned long addr)
{
	return (func->flags & DTRACE_FUNC_TRACEABLE) || dtk_reserved_is_exempt(addr);
}

enum dtrace_refusal dtk_site_analyse(struct dtk_site *site, unsigned long addr,
				     const struct dtrace_func *func)
{
	bool is_decoded = func;
	struct dtrace_image *image;
	u32 left, length, room;
	bool is_exit;
	enum dtrace_refusal refusal;
	struct dtk_insn insn;

	*site = (struct dtk_site){ .addr = addr, .stub = DTK_NO_STUB, .reg = -1 };
	if (!func)
		func = dtk_func_find(addr, &image);
	image = dtk_image_of_text(addr, addr + 1);
	if (!func || !image)
		return DTRACE_REFUSED_NO_TEXT;
	if ((func->flags & DTRACE_FUNC_TRACEABLE) && addr == dtrace_func_entry(func)) {
		site->kind = DTK_SITE_ENTRY;
		site->len = 5;
		return DTRACE_REFUSED_NOT;
	}
	if (!dtk_patch.can_patch)
		return DTRACE_REFUSED_FEATURE;
	if (dtk_text_has_kprobe(&dtk_patch.kprobes, addr, 5))
		return DTRACE_REFUSED_KPROBE;
	if (!is_decoded && !is_boundary(func, addr))
		return DTRACE_REFUSED_MIDDLE;
	left = min(func->addr + func->size - addr, 16ul);
	length = dtk_insn_length((const u8 *)addr, left);
	if (!length)
		return DTRACE_REFUSED_MIDDLE;
	site->len = length;
	room = dtrace_image_has(image, addr, addr + JMP32_INSN_SIZE) ? JMP32_INSN_SIZE : length;
	memcpy(site->orig, (const void *)addr, max(length, room));
	is_exit = room >= JMP32_INSN_SIZE && dtk_site_is_exit(site, length);
	site->kind = is_exit && may_use_stub(func, addr) ? DTK_SITE_JUMP : DTK_SITE_TRAP;
	refusal = dtk_reserved_find(addr, addr + dtk_site_patch_len(site));
	if (refusal)
		return refusal;
	if (site->kind == DTK_SITE_JUMP)
		return DTRACE_REFUSED_NOT;
	if (dtk_insn_decode(&insn, (const u8 *)addr, left))
		return DTRACE_REFUSED_MIDDLE;
	return analyse_trap(site, &insn);
}

enum dtrace_refusal dtrace_hook_check(unsigned long addr, const struct dtrace_func *func)
{
	enum dtrace_refusal refusal = DTRACE_REFUSED_MEMORY;
	struct dtk_site site;

	mutex_lock(&dtk_patch.lock);
	if (dtk_patch.can_patch)
		dtk_kprobes_read(&dtk_patch.kprobes);
	if (!dtk_patch.can_patch || !dtk_reserved_update()) {
		refusal = dtk_site_analyse(&site, addr, func);
		kfree(site.insn);
		if (!refusal && site.kind == DTK_SITE_JUMP && !dtk_site_find(addr) && !dtk_stub_is_free())
			refusal = DTRACE_REFUSED_STUBS;
	}
	mutex_unlock(&dtk_patch.lock);
	return refusal;
}
EXPORT_SYMBOL_GPL(dtrace_hook_check);
