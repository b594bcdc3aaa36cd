// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which probes the fbt provider has. They are made when somebody asks: a description with one function name costs two
 * probes, not eighty thousand. Functions of one name in one image share their probes; another name for an address
 * gets probes of its own only when it is spelt out. Entry points: fbt_discover_*(). Context: process.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/string.h>
#include "fbt.h"

static const char *const side_names[2] = { "entry", "return" };

void fbt_discover_coming(struct dtrace_image *image)
{
	struct fbt_image *fi = kvzalloc(struct_size(fi, func, image->nr), GFP_KERNEL);
	u32 i;

	if (!fi) {
		pr_warn("dtrace_fbt: no memory for the functions of %s\n", image->name);
		return;
	}
	fi->image = image;
	for (i = 0; i < image->nr; i++)
		fi->func[i].nargs = FBT_NARGS_UNKNOWN;
	image->priv[fbt.client.slot] = fi;
	/* Consumers that trace fbt::: already want the new module's functions. */
	if (!IS_ERR_OR_NULL(fbt.handle))
		dtrace_provider_changed(fbt.handle);
}

void fbt_discover_drop(struct dtrace_image *image)
{
	struct fbt_image *fi = fbt_image(image);
	u32 i;

	for (i = 0; fi && i < image->nr; i++)
		kfree(fi->func[i].returns);
	kvfree(fi);
	image->priv[fbt.client.slot] = NULL;
}

void fbt_discover_going(struct dtrace_image *image)
{
	struct fbt_image *fi = fbt_image(image);
	struct dtrace_probe **probes;
	u32 i, side, nr = 0;

	if (!fi)
		return;
	probes = kvmalloc_array(image->nr + 1, 2 * sizeof(*probes), GFP_KERNEL | __GFP_NOFAIL);
	for (i = 0; i < image->nr; i++) {
		for (side = 0; side < 2; side++) {
			/* Of functions with one name the first has the probe. */
			if (fi->func[i].probe[side])
				probes[nr++] = fi->func[i].probe[side];
		}
	}
	if (nr)
		dtrace_probe_destroy(fbt.handle, probes, nr);
	kvfree(probes);
	/* Somebody may be reading /proc/dtrace/fbt. */
	dtrace_text_lock();
	fbt_discover_drop(image);
	dtrace_text_unlock();
}

struct find {
	const struct fbt_func *ff;
	struct fbt_image *found;
};

static int holds(struct dtrace_image *image, void *arg)
{
	struct fbt_image *fi = fbt_image(image);
	struct find *find = arg;

	if (!fbt_image_holds(fi, find->ff))
		return 0;
	find->found = fi;
	return 1;
}

struct fbt_image *fbt_discover_image(const struct fbt_func *ff)
{
	struct find find = { .ff = ff };

	dtrace_images_walk_locked(holds, &find);
	return find.found;
}

void fbt_discover_destroy(void *arg, struct dtrace_probe *probe, void *priv)
{
	fbt_priv_func(priv)->probe[fbt_priv_side(priv)] = NULL;
}

/* Another function of this name has the probe already: this one joins it. */
static void join(struct fbt_image *fi, u32 i, unsigned int side)
{
	const struct dtrace_image *image = fi->image;
	struct dtrace_probe *probe;
	struct fbt_func *first;

	probe = dtrace_probe_lookup(fbt.handle, image->name,
				    dtrace_func_name(image, &image->func[i]), side_names[side]);
	if (!probe)
		return;
	first = fbt_priv_func(dtrace_probe_priv(probe));
	/* Once for both sides; never while it is armed, which nobody would notice until the next time. */
	if (first == &fi->func[i] || fi->func[i].next_same)
		return;
	for (;;) {
		if (first->next_same == i + 1)
			return;
		if (!first->next_same)
			break;
		first = &fi->func[first->next_same - 1];
	}
	first->next_same = i + 1;
}

static int create(struct fbt_image *fi, u32 i, unsigned int side, bool is_alias)
{
	const struct dtrace_image *image = fi->image;
	const struct dtrace_func *func = &image->func[i];
	struct fbt_func *ff = &fi->func[i];
	u32 flags = is_alias ? DTRACE_PROBE_ALIAS : 0;
	struct dtrace_probe *probe;

	/* Where a function returns is known of variants too, what they take is not. */
	if (side == FBT_RETURN)
		flags |= DTRACE_PROBE_RETURN_BTF;
	else if (!(func->flags & DTRACE_FUNC_CLONE))
		flags |= DTRACE_PROBE_ARGS_BTF;
	probe = dtrace_probe_create(fbt.handle, image->name, dtrace_func_name(image, func),
				    side_names[side], flags, (void *)((unsigned long)ff | side));
	if (PTR_ERR(probe) == -EEXIST) {
		join(fi, i, side);
		return 0;
	}
	/* A name that is too long for a description cannot be asked for either. */
	if (IS_ERR(probe))
		return PTR_ERR(probe) == -ENAMETOOLONG ? 0 : PTR_ERR(probe);
	ff->probe[side] = probe;
	return 0;
}

static bool can_probe(const struct dtrace_func *func, unsigned int side)
{
	enum dtrace_refusal refusal = dtrace_func_refusal(func);

	if (refusal == DTRACE_REFUSED_PROBE_PATH)
		return false;
	return side == FBT_ENTRY || refusal == DTRACE_REFUSED_NOT;
}

static int provide_image(struct dtrace_image *image, void *arg)
{
	const struct dtrace_probedesc *desc = arg;
	bool is_pattern = dtrace_name_is_pattern(desc->func);
	struct fbt_image *fi = fbt_image(image);
	bool wants[2];
	u32 i, side;

	if (!fi || image->is_going || !dtrace_name_matches(desc->mod, image->name))
		return 0;
	for (side = 0; side < 2; side++)
		wants[side] = dtrace_name_matches(desc->name, side_names[side]);
	for (i = 0; i < image->nr; i++) {
		const struct dtrace_func *func = &image->func[i];
		bool is_alias = func->flags & DTRACE_FUNC_ALIAS;

		if (i % FBT_PAUSE_EVERY == 0 && dtrace_op_pause())
			return -EINTR;
		if (!(func->flags & DTRACE_FUNC_TRACEABLE) || (is_alias && is_pattern) ||
		    !dtrace_name_matches(desc->func, dtrace_func_name(image, func)))
			continue;
		for (side = 0; side < 2; side++) {
			int err;

			if (!wants[side] || fi->func[i].probe[side] || !can_probe(func, side))
				continue;
			err = create(fi, i, side, is_alias);
			if (err)
				return err;
		}
	}
	return 0;
}

int fbt_discover_provide(void *arg, const struct dtrace_probedesc *desc)
{
	int err;

	if (IS_ERR_OR_NULL(fbt.handle))
		return 0;
	if (!dtrace_name_matches(desc->name, "entry") && !dtrace_name_matches(desc->name, "return"))
		return 0;
	/* Who asks for the returns of all functions will want them armed. */
	if ((!desc->func[0] || !strcmp(desc->func, "*")) && dtrace_name_matches(desc->name, "return"))
		fbt_returns_ahead();
	dtrace_text_lock_shared();
	err = dtrace_images_walk_locked(provide_image, (void *)desc);
	dtrace_text_unlock_shared();
	return err;
}
