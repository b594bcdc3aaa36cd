// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which probes the instr provider has: those that somebody asked for, one for each instruction, named
 * <mnemonic>-<offset in hex>. A description that names no function is refused if it stands for too many; before
 * anything is made they are counted. Entry points: instr_discover_*(). Context: process.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "instr.h"

#define NAME_SIZE	(DTK_INSN_NAME_MAX + 12)

void instr_discover_coming(struct dtrace_image *image)
{
	struct instr_image *ii = kzalloc(sizeof(*ii), GFP_KERNEL);

	if (!ii) {
		pr_warn("dtrace_instr: no memory for module %s\n", image->name);
		return;
	}
	mutex_init(&ii->lock);
	INIT_LIST_HEAD(&ii->probes);
	image->priv[instr.client.slot] = ii;
	if (!IS_ERR_OR_NULL(instr.handle))
		dtrace_provider_changed(instr.handle);
}

void instr_discover_going(struct dtrace_image *image)
{
	struct instr_image *ii = instr_image(image);
	struct dtrace_probe **probes;
	struct instr_probe *ip;
	u32 nr = 0;

	if (!ii)
		return;
	probes = kvmalloc_array(ii->nr + 1, sizeof(*probes), GFP_KERNEL | __GFP_NOFAIL);
	list_for_each_entry(ip, &ii->probes, image_link)
		probes[nr++] = ip->probe;
	if (nr)
		dtrace_probe_destroy(instr.handle, probes, nr);
	kvfree(probes);
	/* Somebody may be reading /proc/dtrace/instr. */
	dtrace_text_lock();
	image->priv[instr.client.slot] = NULL;
	dtrace_text_unlock();
	kfree(ii);
}

void instr_discover_destroy(void *arg, struct dtrace_probe *probe, void *priv)
{
	struct instr_probe *ip = priv;

	dtrace_text_lock();
	list_del(&ip->image_link);
	dtrace_text_unlock();
	kfree(ip);
}

/* What one description asks for. */
struct request {
	const struct dtrace_probedesc *desc;
	u32 found;
	bool is_counting;
	int err;
};

static void name_insn(const struct dtk_insn *insn, const u8 *bytes, unsigned long addr,
		      const struct dtrace_func *func, char *name)
{
	u32 len = dtk_insn_name(insn, bytes, name, DTK_INSN_NAME_MAX);

	scnprintf(name + len, NAME_SIZE - len, "-%lx", addr - func->addr);
}

static int create(struct dtrace_image *image, const struct dtrace_func *func, unsigned long addr,
		  const struct dtk_insn *insn, const char *name)
{
	struct instr_image *ii = instr_image(image);
	struct instr_probe *ip;

	if (dtrace_probe_lookup(instr.handle, image->name, dtrace_func_name(image, func), name))
		return 0;
	if (dtrace_hook_check(addr, func) != DTRACE_REFUSED_NOT)
		return 0;
	ip = kzalloc(sizeof(*ip), GFP_KERNEL);
	if (!ip)
		return -ENOMEM;
	ip->hook.addr = addr;
	ip->hook.hit = instr_hit;
	ip->hook.owner = "instr";
	ip->hook.func = func;
	ip->func = func;
	ip->insn = *insn;
	ip->probe = dtrace_probe_create(instr.handle, image->name, dtrace_func_name(image, func),
					name, 0, ip);
	if (IS_ERR(ip->probe)) {
		int err = PTR_ERR(ip->probe);

		kfree(ip);
		/* Functions of one name: the first one's instructions have the names. */
		return err == -EEXIST || err == -ENAMETOOLONG ? 0 : err;
	}
	list_add_tail(&ip->image_link, &ii->probes);
	ii->nr++;
	return 0;
}

/* An instruction whose name matches. */
struct found {
	unsigned long addr;
	struct dtk_insn insn;
	char name[NAME_SIZE];
};

/* Instructions of a function that match; at most room are stored. Return: how many there are. */
static u32 find_in_func(const struct dtrace_func *func, const char *pattern, struct found *found,
			u32 room)
{
	unsigned long at = func->addr, end = at + func->size;
	struct dtrace_text_walk walk;
	u8 bytes[DTK_INSN_MAX];
	struct found one;
	u32 step, nr = 0;

	dtrace_text_walk_begin(&walk);
	for (; at < end; at += step) {
		step = dtrace_text_insn(&walk, func, at, &one.insn, bytes);
		if (!step)
			break;
		if (one.insn.class == DTK_INSN_INT3)
			continue;
		if (pattern[0] || room) {
			name_insn(&one.insn, bytes, at, func, one.name);
			if (!dtrace_name_matches(pattern, one.name))
				continue;
		}
		if (nr < room) {
			one.addr = at;
			found[nr] = one;
		}
		nr++;
	}
	dtrace_text_walk_end(&walk);
	return nr;
}

static int visit_func(struct dtrace_image *image, const struct dtrace_func *func,
		      struct request *request)
{
	u32 nr = find_in_func(func, request->desc->name, NULL, 0), i;
	struct found *found;
	int err = 0;

	request->found += nr;
	if (request->found > INSTR_MAX_PROBES)
		return -E2BIG;
	if (request->is_counting || !nr)
		return 0;
	found = kvmalloc_array(nr, sizeof(*found), GFP_KERNEL);
	if (!found)
		return -ENOMEM;
	nr = min(nr, find_in_func(func, request->desc->name, found, nr));
	for (i = 0; i < nr && !err; i++)
		err = create(image, func, found[i].addr, &found[i].insn, found[i].name);
	kvfree(found);
	return err;
}

static int visit_image(struct dtrace_image *image, void *arg)
{
	struct request *request = arg;
	bool is_pattern = dtrace_name_is_pattern(request->desc->func);
	u32 i;

	if (!instr_image(image) || image->is_going ||
	    !dtrace_name_matches(request->desc->mod, image->name))
		return 0;
	for (i = 0; i < image->nr; i++) {
		const struct dtrace_func *func = &image->func[i];
		int err;

		if (((func->flags & DTRACE_FUNC_ALIAS) && is_pattern) ||
		    !dtrace_name_matches(request->desc->func, dtrace_func_name(image, func)))
			continue;
		err = visit_func(image, func, request);
		if (err)
			return err;
	}
	return 0;
}

int instr_discover_provide(void *arg, const struct dtrace_probedesc *desc)
{
	struct request request = { .desc = desc, .is_counting = true };
	bool is_named = desc->prov[0] && !dtrace_name_is_pattern(desc->prov);
	int err;

	/* A listing of everything does not mean millions of instructions. */
	if (IS_ERR_OR_NULL(instr.handle) || (!desc->func[0] && !is_named))
		return 0;
	err = dtrace_images_walk(visit_image, &request);
	if (err)
		return err;
	request.is_counting = false;
	request.found = 0;
	return dtrace_images_walk(visit_image, &request);
}
