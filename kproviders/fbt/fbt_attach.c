// SPDX-License-Identifier: GPL-2.0-only
/*
 * How probes of the fbt provider are armed: one hook at a function's entry, one at each place where it is left, all of
 * one request in one batch. Entry points: fbt_attach_*(). Context: process, under the core's mutex.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "fbt.h"

struct batch {
	struct dtrace_hook **hook;
	u32 nr;
	u32 cap;
};

static int batch_add(struct batch *batch, struct fbt_armed *armed)
{
	u32 i;

	if (batch->nr + armed->nr > batch->cap) {
		u32 cap = max(batch->cap * 2, batch->nr + armed->nr + 256);
		struct dtrace_hook **grown = kvmalloc_array(cap, sizeof(*grown), GFP_KERNEL);

		if (!grown)
			return -ENOMEM;
		if (batch->nr)
			memcpy(grown, batch->hook, batch->nr * sizeof(*grown));
		kvfree(batch->hook);
		batch->hook = grown;
		batch->cap = cap;
	}
	for (i = 0; i < armed->nr; i++)
		batch->hook[batch->nr++] = &armed->hook[i].hook;
	return 0;
}

static void fill(struct fbt_hook *hook, const struct dtrace_func *func, unsigned long addr,
		 struct dtrace_probe *probe)
{
	hook->hook.addr = addr;
	hook->hook.owner = "fbt";
	hook->hook.func = func;
	hook->probe = probe;
	hook->offset = addr - func->addr;
	hook->begin = func->addr;
	hook->end = func->addr + func->size;
}

/* Number of functions that share the probes of this one. */
static u32 nr_same(const struct fbt_image *fi, const struct fbt_func *ff)
{
	u32 nr = 1;

	while (ff->next_same) {
		ff = &fi->func[ff->next_same - 1];
		nr++;
	}
	return nr;
}

static struct fbt_armed *make_entry(const struct fbt_image *fi, struct fbt_func *ff,
				    struct dtrace_probe *probe)
{
	u32 nr = nr_same(fi, ff), i;
	struct fbt_armed *armed = kzalloc(struct_size(armed, hook, nr), GFP_KERNEL);

	if (!armed)
		return NULL;
	for (i = 0; i < nr; i++) {
		const struct dtrace_func *func = &fi->image->func[ff - fi->func];

		fill(&armed->hook[i], func, dtrace_func_entry(func), probe);
		armed->hook[i].hook.hit = fbt_hit_entry(ff->nargs);
		if (ff->next_same)
			ff = (struct fbt_func *)&fi->func[ff->next_same - 1];
	}
	armed->nr = nr;
	return armed;
}

static struct fbt_armed *add_returns(const struct fbt_image *fi, struct fbt_func *ff,
				     struct dtrace_probe *probe, struct fbt_armed *armed)
{
	const struct dtrace_func *func = &fi->image->func[ff - fi->func];
	const struct fbt_returns *returns = ff->returns;
	u32 had = armed ? armed->nr : 0, i;
	struct fbt_armed *grown;

	grown = krealloc(armed, struct_size(armed, hook, had + returns->nr), GFP_KERNEL);
	if (!grown) {
		kfree(armed);
		return NULL;
	}
	armed = grown;
	memset(&armed->hook[had], 0, returns->nr * sizeof(armed->hook[0]));
	for (i = 0; i < returns->nr; i++) {
		struct fbt_hook *hook = &armed->hook[had + i];

		fill(hook, func, func->addr + returns->place[i].offset, probe);
		hook->hook.hit = returns->place[i].is_indirect ? fbt_hit_jump : fbt_hit_return;
	}
	armed->nr = had + returns->nr;
	return armed;
}

static struct fbt_armed *make_return(const struct fbt_image *fi, struct fbt_func *ff,
				     struct dtrace_probe *probe)
{
	struct fbt_armed *armed = NULL;

	for (;;) {
		armed = add_returns(fi, ff, probe, armed);
		if (!armed || !ff->next_same)
			return armed;
		ff = (struct fbt_func *)&fi->func[ff->next_same - 1];
	}
}

/* Context: text locked. */
static int make(struct dtrace_probe *probe, struct fbt_image **fi, struct batch *batch)
{
	void *priv = dtrace_probe_priv(probe);
	struct fbt_func *ff = fbt_priv_func(priv);
	unsigned int side = fbt_priv_side(priv);
	struct fbt_armed *armed;

	/* Mostly the same image as for the probe before. */
	if (!fbt_image_holds(*fi, ff))
		*fi = fbt_discover_image(ff);
	if (!*fi)
		return -ENODEV;
	armed = side == FBT_ENTRY ? make_entry(*fi, ff, probe) : make_return(*fi, ff, probe);
	if (!armed)
		return -ENOMEM;
	ff->armed[side] = armed;
	return batch_add(batch, armed);
}

static void free_armed(struct dtrace_probe *probe)
{
	void *priv = dtrace_probe_priv(probe);
	struct fbt_func *ff = fbt_priv_func(priv);

	kfree(ff->armed[fbt_priv_side(priv)]);
	ff->armed[fbt_priv_side(priv)] = NULL;
}

/* Places that could not be armed are missing data: the consumers hear of it. */
static int count_refused(struct dtrace_probe *const *probes, unsigned int nr, u32 total, u32 refused)
{
	unsigned int i, j;

	if (refused == total && total)
		return -ENXIO;
	for (i = 0; refused && i < nr; i++) {
		void *priv = dtrace_probe_priv(probes[i]);
		const struct fbt_armed *armed = fbt_priv_func(priv)->armed[fbt_priv_side(priv)];
		u32 found = 0;

		for (j = 0; j < armed->nr; j++)
			found += armed->hook[j].hook.refused != DTRACE_REFUSED_NOT;
		if (found)
			dtrace_count_busy(probes[i], found);
	}
	return 0;
}

int fbt_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	struct batch batch = { 0 };
	struct fbt_image *fi = NULL;
	unsigned int i, made;
	int err = 0;

	fbt_returns_ahead_stop();
	err = dtrace_text_lock_killable();
	if (err)
		return err;
	fbt_btf_count(probes, nr);
	err = fbt_returns_find(probes, nr);
	for (made = 0; made < nr && !err; made++) {
		err = make(probes[made], &fi, &batch);
		if (!err && made % FBT_PAUSE_EVERY == 0)
			err = dtrace_op_pause();
	}
	dtrace_text_unlock();
	if (!err)
		err = dtrace_hooks_arm(batch.hook, batch.nr);
	if (err >= 0)
		err = count_refused(probes, nr, batch.nr, err);
	if (err) {
		for (i = 0; i < made; i++)
			free_armed(probes[i]);
	}
	kvfree(batch.hook);
	return err;
}

void fbt_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	struct dtrace_hook **hooks;
	unsigned int i, j;
	u32 total = 0;

	for (i = 0; i < nr; i++) {
		void *priv = dtrace_probe_priv(probes[i]);

		total += fbt_priv_func(priv)->armed[fbt_priv_side(priv)]->nr;
		if (i % FBT_PAUSE_EVERY == 0)
			cond_resched();
	}
	hooks = kvmalloc_array(total + 1, sizeof(*hooks), GFP_KERNEL | __GFP_NOFAIL);
	for (i = 0, total = 0; i < nr; i++) {
		void *priv = dtrace_probe_priv(probes[i]);
		struct fbt_armed *armed = fbt_priv_func(priv)->armed[fbt_priv_side(priv)];

		for (j = 0; j < armed->nr; j++)
			hooks[total++] = &armed->hook[j].hook;
	}
	dtrace_hooks_disarm(hooks, total);
	kvfree(hooks);
	for (i = 0; i < nr; i++) {
		free_armed(probes[i]);
		if (i % FBT_PAUSE_EVERY == 0)
			cond_resched();
	}
}
