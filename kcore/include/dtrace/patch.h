/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instrumentation services (dtrace_patch.ko): hooks on instructions of the running kernel, and the list of its
 * functions. Providers use them and never patch by themselves. docs/patch-engine.md is the guide.
 *
 * Life of a hook: fill addr, hit and owner of a struct dtrace_hook; dtrace_hooks_arm() all those of one request at
 * once; hit() is called for each execution; dtrace_hooks_disarm() all at once. A hook's memory belongs to
 * the provider and may go when dtrace_hooks_disarm() has returned.
 */
#ifndef _DTRACE_PATCH_H
#define _DTRACE_PATCH_H

#include <linux/list.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/types.h>

struct dtk_site;
struct dtrace_func;
struct seq_file;

/* Why a place cannot carry a hook; texts from dtrace_refusal_text(). */
enum dtrace_refusal {
	DTRACE_REFUSED_NOT,		/* it can */
	DTRACE_REFUSED_NO_TEXT,		/* not in the text of the kernel or of a module */
	DTRACE_REFUSED_MIDDLE,		/* not the first byte of an instruction */
	DTRACE_REFUSED_BLACKLIST,	/* noinstr, entry code, or in the kprobe blacklist */
	DTRACE_REFUSED_DIE_PATH,	/* runs before a breakpoint can be recognised as ours */
	DTRACE_REFUSED_PROBE_PATH,	/* runs while a probe is processed, or is the tracer itself */
	DTRACE_REFUSED_FTRACE,		/* belongs to the function tracer, which is not usable here */
	DTRACE_REFUSED_JUMP_LABEL,	/* the kernel rewrites it: jump label */
	DTRACE_REFUSED_STATIC_CALL,	/* the kernel rewrites it: static call */
	DTRACE_REFUSED_ALTERNATIVE,	/* the kernel rewrites it: lock prefix */
	DTRACE_REFUSED_KPROBE,		/* a kprobe is there */
	DTRACE_REFUSED_FIXUP,		/* may fault by design: the kernel looks up its address */
	DTRACE_REFUSED_INSN,		/* an instruction that cannot be run from elsewhere */
	DTRACE_REFUSED_REACH,		/* its operand is out of reach of a copy */
	DTRACE_REFUSED_CHANGED,		/* the text changed meanwhile */
	DTRACE_REFUSED_MEMORY,		/* no memory */
	DTRACE_REFUSED_STUBS,		/* all stubs for returns and tail jumps are taken */
	DTRACE_REFUSED_FEATURE,		/* this kernel lacks something: see /proc/dtrace/stats */
	DTRACE_REFUSED_MAX
};
const char *dtrace_refusal_text(enum dtrace_refusal refusal);

/* Flags given to hit(), which are flags of a firing (provider.h) as well. */
#define DTRACE_HIT_ENTRY	0x4u	/* at a function's entry: regs has only arguments, ip, sp and bp */

/**
 * struct dtrace_hook - somebody who wants to know of each execution of an instruction
 * @addr: first byte of the instruction. At a function's entry: that of the tracer's call, see dtrace_func_entry()
 * @hit: called with the registers before the instruction; regs->ip is @addr, or behind the tracer's call
 *	with DTRACE_HIT_ENTRY. It must change nothing. Context: probe context as dtrace_fire(), preemption off, any
 *	interrupt state, NMI included; it must be notrace, in the kprobe blacklist, and call nothing
 *	that is not
 * @owner: name of the provider, for /proc/dtrace/
 * @func: the function, if the caller has decoded it up to @addr, so that an instruction begins there; NULL: that is
 *	found out
 * @is_always: call it whether or not a consumer runs, which is what dtrace_fire() wants to know; for hooks of one's own
 * @refused: set by dtrace_hooks_arm(): why this one is not armed
 * @next, @site: the engine's own
 */
struct dtrace_hook {
	unsigned long addr;
	void (*hit)(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags);
	struct dtrace_hook *next;
	struct dtk_site *site;
	const struct dtrace_func *func;
	const char *owner;
	bool is_always;
	u8 refused;
};

/**
 * dtrace_hooks_arm - arm hooks, in one batch
 *
 * Several hooks may name one address, of one owner or many: all are called, in the order in which they came.
 * Places that cannot be patched are left out and say why in their @refused; the others are armed.
 * Takes seconds for tens of thousands: others run meanwhile, and in an op it ends when the user is killed
 * (dtrace_op_pause()).
 * Context: process, may sleep; not under text_mutex. Hits may come before this returns.
 * Return: number of hooks refused, or a negative errno: then none is armed. -EINTR: killed.
 */
int dtrace_hooks_arm(struct dtrace_hook *const *hooks, unsigned int nr);

/**
 * dtrace_hooks_disarm - take hooks away, in one batch
 *
 * Text is as before unless others still have hooks there; on return no CPU is in hit() of any of them.
 * Hooks that were refused are skipped. Context: process, may sleep. Cannot fail.
 */
void dtrace_hooks_disarm(struct dtrace_hook *const *hooks, unsigned int nr);

/*
 * Could an instruction be hooked, as far as can be known before? func: as dtrace_hook.func.
 * Context: text locked, shared or not.
 */
enum dtrace_refusal dtrace_hook_check(unsigned long addr, const struct dtrace_func *func);

/* ---- functions ---- */

#define DTRACE_FUNC_TRACEABLE	0x1u	/* the function tracer can trace it */
#define DTRACE_FUNC_CLONE	0x2u	/* made by the compiler: name with a dot, arguments may differ */
#define DTRACE_FUNC_COLD	0x4u	/* part of another function, moved away */
#define DTRACE_FUNC_ALIAS	0x8u	/* another name stands for the same address */

/**
 * struct dtrace_func - a function of the kernel or of a module
 * @addr: first byte
 * @size: bytes up to the next symbol
 * @name: offset in the image's names
 * @entry: offset of the function tracer's call, if traceable
 * @flags: DTRACE_FUNC_*
 */
struct dtrace_func {
	unsigned long addr;
	u32 size;
	u32 name;
	u8 entry;
	u8 flags;
};

#define DTRACE_IMAGE_CLIENTS	4u

/**
 * struct dtrace_image - the kernel ("vmlinux") or a module: its functions, sorted by address
 * @begin, @end: its live text, all of which may be read; init text, which is thrown away after use, lies outside
 * @is_going: nothing new may be made for it: set, before clients are told, when nobody has text locked
 * @priv: one for each client, see struct dtrace_text_client
 */
struct dtrace_image {
	struct list_head link;
	struct module *mod;
	unsigned long begin;
	unsigned long end;
	bool is_going;
	u32 nr;
	struct dtrace_func *func;
	char *names;
	void *priv[DTRACE_IMAGE_CLIENTS];
	char name[MODULE_NAME_LEN];
};

static inline const char *dtrace_func_name(const struct dtrace_image *image,
					   const struct dtrace_func *func)
{
	return image->names + func->name;
}

/* Is all of a range live text of an image? */
static inline bool dtrace_image_has(const struct dtrace_image *image, unsigned long begin, unsigned long end)
{
	return begin >= image->begin && begin < end && end <= image->end;
}

static inline unsigned long dtrace_func_entry(const struct dtrace_func *func)
{
	return func->addr + func->entry;
}

/**
 * struct dtrace_text_client - a provider that wants to know of images
 * @coming: an image is there, called for each one at registration too
 * @going: its module is being unloaded; hooks in it must be disarmed
 * Context of both: process, may sleep, no lock of the core held.
 */
struct dtrace_text_client {
	void (*coming)(struct dtrace_image *image);
	void (*going)(struct dtrace_image *image);	/* text is not locked; the image is is_going */
	unsigned int slot;	/* index in dtrace_image.priv; set by dtrace_text_register() */
};

/* Return: 0 or -ENOSPC. Context: module init. */
int dtrace_text_register(struct dtrace_text_client *client);
/*
 * last: called when no module comes or goes: there the provider is unregistered, and what the client keeps of images
 * is freed; after that the slot is another's. Context: module init and exit.
 */
void dtrace_text_unregister(struct dtrace_text_client *client, void (*last)(void));

/* Calls fn for each image until it returns non-zero; that is returned. Context: process; ops included. */
int dtrace_images_walk(int (*fn)(struct dtrace_image *image, void *arg), void *arg);

/* The same inside dtrace_text_lock() or dtrace_text_lock_shared(). */
int dtrace_images_walk_locked(int (*fn)(struct dtrace_image *image, void *arg), void *arg);

/* The list of images stands still in between; modules wait to come and go. Context: process, ops included. */
void dtrace_text_lock(void);
/* The same for an op. Return: 0, or -EINTR: as dtrace_op_pause(). */
int dtrace_text_lock_killable(void);
void dtrace_text_unlock(void);
/* The same beside others who only look; nothing is armed meanwhile. */
void dtrace_text_lock_shared(void);
void dtrace_text_unlock_shared(void);

/**
 * dtrace_split - do something many times, on several CPUs at once
 * @nr: how often; each of 0 to nr - 1 is in one call of @fn
 * @part: at most so many in one call
 * @fn: may be called on several CPUs at the same time, in any order, and never needs a lock that the caller holds
 *
 * The caller takes part, and does everything if nobody else has time. Context: process, may sleep.
 */
void dtrace_split(u32 nr, u32 part, void (*fn)(void *arg, u32 begin, u32 end), void *arg);

/* The kernel's type information, NULL = none. Context: any. */
const void *dtrace_kernel_btf(size_t *size);

/* Image and function that hold an address; NULL. Context: process. Valid until the module goes. */
const struct dtrace_func *dtrace_func_find(unsigned long addr, struct dtrace_image **image);

/*
 * Why no instruction of a function can be hooked, or DTRACE_REFUSED_NOT; its entry may still be traceable.
 * Context: text locked, shared or not.
 */
enum dtrace_refusal dtrace_func_refusal(const struct dtrace_func *func);

/**
 * struct dtrace_return - a place where a function is left
 * @addr: of the instruction: a return, or a jump to another function
 * @is_indirect: a jump through a register: leaves the function only if the target lies outside
 */
struct dtrace_return {
	unsigned long addr;
	bool is_indirect;
};

struct dtk_insn;

/* Where kprobes are; not @is_complete: too many for the list, or the kernel keeps them elsewhere. */
struct dtrace_kprobes {
	u32 nr;
	bool is_complete;
	unsigned long addr[24];
};

/**
 * struct dtrace_text_walk - walks over functions, each from its first instruction, between
 * dtrace_text_walk_begin() and _end(): the kernel does not change its text meanwhile, and nothing of the engine
 * but dtrace_text_insn() and dtrace_func_returns() may be called
 * @is_plain: no kprobe, no breakpoint of the engine is anywhere
 * @is_careful: a kprobe was met: what follows in this function may be covered by it too
 * @buf: the bytes below it
 * @steps: see dtrace_text_walk_many()
 */
struct dtrace_text_walk {
	struct dtrace_kprobes kprobes;
	const u8 *steps;
	bool is_plain;
	bool is_careful;
	u8 buf[16];
};
void dtrace_text_walk_begin(struct dtrace_text_walk *walk);
void dtrace_text_walk_end(struct dtrace_text_walk *walk);

/* Thousands of functions follow: worth a table. Context: before dtrace_text_walk_join(). */
void dtrace_text_walk_many(struct dtrace_text_walk *walk);

/* Another task takes part, until it is done before dtrace_text_walk_end(). Context: any. */
static inline void dtrace_text_walk_join(struct dtrace_text_walk *walk, const struct dtrace_text_walk *of)
{
	walk->kprobes = of->kprobes;
	walk->steps = of->steps;
	walk->is_plain = of->is_plain;
	walk->is_careful = false;
}

/**
 * dtrace_func_returns - find the places where a function is left, in the live text
 * Parts of the function that the compiler has moved away are included.
 * Return: how many there are; at most @room are stored. Context: text locked, shared or not.
 */
unsigned int dtrace_func_returns(struct dtrace_text_walk *walk, const struct dtrace_image *image,
				 const struct dtrace_func *func, struct dtrace_return *returns,
				 unsigned int room);

/**
 * dtrace_text_insn - decode an instruction of a function, as the kernel has it when nobody instruments it
 * @walk: the function's instructions before this one were decoded with it
 * @insn, @bytes: out
 *
 * Context: text locked, shared or not.
 * Return: how far the next instruction is, 0 = not decodable.
 */
u32 dtrace_text_insn(struct dtrace_text_walk *walk, const struct dtrace_func *func,
		     unsigned long addr, struct dtk_insn *insn, u8 bytes[15]);

/* Where the jump at a return site goes, from the registers there; 0 = it returns. Context: hit(). */
unsigned long dtrace_hook_target(const struct dtrace_hook *hook, const struct pt_regs *regs);

/* ---- for /proc/dtrace ---- */

/**
 * struct dtrace_site_info - what is known of a place that has or had hooks
 * @index: its number, from 0
 * @hits: executions seen with an owner; @late: without one (just before arming or just after disarming)
 * @opcode: first byte of the instruction proper; @length: its length; @bytes: all of it
 * @owners: names of those who have it now, separated by commas; "-"
 */
struct dtrace_site_info {
	u32 index;
	u64 hits;
	u64 late;
	u8 opcode;
	u8 length;
	u8 bytes[15];
	char owners[40];
};
/* Return: false if the place never had a hook. Context: process. */
bool dtrace_site_info(unsigned long addr, struct dtrace_site_info *info);

#endif /* _DTRACE_PATCH_H */
