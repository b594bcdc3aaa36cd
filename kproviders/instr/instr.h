/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dtrace_instr.ko: what its files share. instr_main.c owns the module's state, instr_discover.c makes probes,
 * instr_attach.c arms them, instr_hit.c fires them, instr_proc.c shows /proc/dtrace/instr.
 */
#ifndef _INSTR_H
#define _INSTR_H

#include <linux/list.h>
#include <dtrace/patch.h>
#include <dtrace/provider.h>
#include "patch/insn.h"

/* Most probes that one description may stand for; beyond it nothing is made. */
#define INSTR_MAX_PROBES	262144u

/**
 * struct instr_probe - one instruction that somebody asked for
 * @hook: armed while the probe is
 * @image_link: in the list of its image
 * @func: the function it belongs to
 * @insn: decoded when the probe was made; the engine compares the bytes before it patches
 */
struct instr_probe {
	struct dtrace_hook hook;
	struct dtrace_probe *probe;
	struct list_head image_link;
	const struct dtrace_func *func;
	struct dtk_insn insn;
};

/**
 * struct instr_image - the probes of an image
 * @probes: instr_probe.image_link; under lock
 */
struct instr_image {
	struct mutex lock;
	struct list_head probes;
	u32 nr;
};

struct instr {
	struct dtrace_provider_handle *handle;
	struct dtrace_text_client client;
};
extern struct instr instr;

static inline struct instr_image *instr_image(const struct dtrace_image *image)
{
	return image->priv[instr.client.slot];
}

/* instr_discover.c */
void instr_discover_coming(struct dtrace_image *image);
void instr_discover_going(struct dtrace_image *image);
int instr_discover_provide(void *arg, const struct dtrace_probedesc *desc);
void instr_discover_destroy(void *arg, struct dtrace_probe *probe, void *priv);

/* instr_attach.c */
int instr_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);
void instr_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr);

/* instr_hit.c. Context: probe context. */
void instr_hit(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags);

/* instr_proc.c */
int instr_proc_init(void);
void instr_proc_exit(void);

#endif /* _INSTR_H */
