/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dtrace_fbt.ko: what its files share. fbt_main.c owns the module's state, fbt_discover.c makes probes, fbt_attach.c
 * arms them, fbt_returns.c finds where functions are left, fbt_hit.c fires them, fbt_btf.c counts arguments, fbt_proc.c
 * shows /proc/dtrace/fbt.
 */
#ifndef _FBT_H
#define _FBT_H

#include <dtrace/patch.h>
#include <dtrace/provider.h>

#define FBT_ENTRY	0u
#define FBT_RETURN	1u

#define FBT_PAUSE_EVERY	256u	/* functions between two chances for others */

#define FBT_NARGS_UNKNOWN	0xffu	/* no type information, or not asked for yet */
#define FBT_NARGS_ALL		0xfeu	/* variadic, or arguments that do not fill one register each */

/**
 * struct fbt_hook - one instrumented place of a probe
 * @offset: of the instruction in its function
 * @begin, @end: of the function, for jumps that may stay inside
 */
struct fbt_hook {
	struct dtrace_hook hook;
	struct dtrace_probe *probe;
	u64 offset;
	unsigned long begin;
	unsigned long end;
};

/* All places of an armed probe. */
struct fbt_armed {
	u32 nr;
	struct fbt_hook hook[];
};

/* Where a function is left; offset: from its first byte, of a moved part maybe negative. */
struct fbt_returns {
	u32 nr;
	struct {
		s32 offset : 31;
		u32 is_indirect : 1;
	} place[];
};

/**
 * struct fbt_func - what the provider knows of a function
 * @probe: entry and return; NULL = nobody asked, or it cannot be probed
 * @armed: the same
 * @returns: found when its return probe was first armed; NULL = not yet
 * @next_same: number + 1 of another function of the image with this name; it belongs to the probes here
 * @nargs: number of arguments, or FBT_NARGS_x
 */
struct fbt_func {
	struct dtrace_probe *probe[2];
	struct fbt_armed *armed[2];
	struct fbt_returns *returns;
	u32 next_same;
	u8 nargs;
};

/* The functions of an image, in its order. */
struct fbt_image {
	struct dtrace_image *image;
	struct fbt_func func[];
};

static inline bool fbt_image_holds(const struct fbt_image *fi, const struct fbt_func *ff)
{
	return fi && ff >= fi->func && ff < fi->func + fi->image->nr;
}

struct fbt {
	struct dtrace_provider_handle *handle;
	struct dtrace_text_client client;
};
extern struct fbt fbt;

static inline struct fbt_image *fbt_image(const struct dtrace_image *image)
{
	return image->priv[fbt.client.slot];
}

/* dtrace_probe_priv(): a function and a side in one pointer. */
static inline struct fbt_func *fbt_priv_func(const void *priv)
{
	return (struct fbt_func *)((unsigned long)priv & ~1ul);
}

static inline unsigned int fbt_priv_side(const void *priv)
{
	return (unsigned long)priv & 1;
}

/* fbt_discover.c */
void fbt_discover_coming(struct dtrace_image *image);
void fbt_discover_going(struct dtrace_image *image);
int fbt_discover_provide(void *arg, const struct dtrace_probedesc *desc);
/* Frees what is known of an image. */
void fbt_discover_drop(struct dtrace_image *image);
void fbt_discover_destroy(void *arg, struct dtrace_probe *probe, void *priv);
/* The image of a function's record. Context: text locked. */
struct fbt_image *fbt_discover_image(const struct fbt_func *ff);

/* fbt_attach.c */
int fbt_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);
void fbt_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);

/* fbt_returns.c: fills returns of the functions whose return probes these are. Return: 0, -EINTR, -ENOMEM. */
int fbt_returns_find(struct dtrace_probe *const *probes, unsigned int nr);
/* Begins to look for the kernel's, beside the caller; nothing happens if nobody has time. Context: process. */
void fbt_returns_ahead(void);
/* Ends that. Context: process, text not locked. */
void fbt_returns_ahead_stop(void);

/* fbt_hit.c. Context: probe context. */
typedef void (*fbt_hit_fn)(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags);
/* What a function with so many arguments calls at its entry. Context: any. */
fbt_hit_fn fbt_hit_entry(u8 nargs);
void fbt_hit_return(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags);
void fbt_hit_jump(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags);
u64 fbt_hit_getarg(void *arg, struct dtrace_probe *probe, const struct dtrace_firing *firing,
		   unsigned int n);

/* fbt_btf.c: fills nargs of the functions whose probes these are. Context: text locked. */
void fbt_btf_count(struct dtrace_probe *const *probes, unsigned int nr);

/* fbt_proc.c */
int fbt_proc_init(void);
void fbt_proc_exit(void);

#endif /* _FBT_H */
