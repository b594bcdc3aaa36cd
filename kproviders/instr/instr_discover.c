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
#define PAUSE_EVERY	256u	/* functions that are not looked into between two chances for others */

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

/* A function with so many instructions that were asked for. */
struct place {
	struct dtrace_image *image;
	const struct dtrace_func *func;
	u32 nr;
};

/* What one description asks for. */
struct request {
	const struct dtrace_probedesc *desc;
	u32 found;
	struct place *place;
	u32 nr_places;
	u32 cap_places;
};

/* Could a name that begins like this match? Most of a kernel's instructions are told apart here. */
static bool may_match(const char *pattern, const char *begin)
{
	for (; *begin && *pattern && !strchr("*?[\\", *pattern); begin++, pattern++) {
		if (*begin != *pattern)
			return false;
	}
	return true;
}

/* The probe's name, if it is one that was asked for. */
static bool name_insn(const char *pattern, const struct dtk_insn *insn, const u8 *bytes, unsigned long addr,
		      const struct dtrace_func *func, char *name)
{
	u32 len = dtk_insn_name(insn, bytes, name, DTK_INSN_NAME_MAX);

	if (!may_match(pattern, name))
		return false;
	scnprintf(name + len, NAME_SIZE - len, "-%lx", addr - func->addr);
	return dtrace_name_matches(pattern, name);
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
		if ((pattern[0] || room) && !name_insn(pattern, &one.insn, bytes, at, func, one.name))
			continue;
		if (nr < room) {
			one.addr = at;
			found[nr] = one;
		}
		nr++;
	}
	dtrace_text_walk_end(&walk);
	return nr;
}

/* The function has instructions that were asked for: they are made when all are counted. */
static int remember(struct request *request, struct dtrace_image *image, const struct dtrace_func *func, u32 nr)
{
	if (request->nr_places == request->cap_places) {
		u32 cap = max(request->cap_places * 2, 64u);
		struct place *grown = kvmalloc_array(cap, sizeof(*grown), GFP_KERNEL);

		if (!grown)
			return -ENOMEM;
		if (request->nr_places)
			memcpy(grown, request->place, request->nr_places * sizeof(*grown));
		kvfree(request->place);
		request->place = grown;
		request->cap_places = cap;
	}
	request->place[request->nr_places++] = (struct place){ image, func, nr };
	return 0;
}

static int count_func(struct dtrace_image *image, const struct dtrace_func *func, struct request *request)
{
	u32 nr = find_in_func(func, request->desc->name, NULL, 0);

	request->found += nr;
	if (request->found > INSTR_MAX_PROBES)
		return -E2BIG;
	return nr ? remember(request, image, func, nr) : 0;
}

static int make_place(const struct place *place, const char *pattern)
{
	struct found *found = kvmalloc_array(place->nr, sizeof(*found), GFP_KERNEL);
	int err = 0;
	u32 nr, i;

	if (!found)
		return -ENOMEM;
	nr = min(place->nr, find_in_func(place->func, pattern, found, place->nr));
	for (i = 0; i < nr && !err; i++)
		err = create(place->image, place->func, found[i].addr, &found[i].insn, found[i].name) ?:
		      dtrace_op_pause();
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

		if (i % PAUSE_EVERY == 0) {
			err = dtrace_op_pause();
			if (err)
				return err;
		}
		if (((func->flags & DTRACE_FUNC_ALIAS) && is_pattern) ||
		    !dtrace_name_matches(request->desc->func, dtrace_func_name(image, func)))
			continue;
		err = count_func(image, func, request) ?: dtrace_op_pause();
		if (err)
			return err;
	}
	return 0;
}

int instr_discover_provide(void *arg, const struct dtrace_probedesc *desc)
{
	struct request request = { .desc = desc };
	bool is_named = desc->prov[0] && !dtrace_name_is_pattern(desc->prov);
	int err;
	u32 i;

	/* A listing of everything does not mean millions of instructions. */
	if (IS_ERR_OR_NULL(instr.handle) || (!desc->func[0] && !is_named))
		return 0;
	/* Shared: what is made is read under the other lock, and changes under the core's mutex. */
	dtrace_text_lock_shared();
	err = dtrace_images_walk_locked(visit_image, &request);
	for (i = 0; i < request.nr_places && !err; i++)
		err = make_place(&request.place[i], desc->name);
	dtrace_text_unlock_shared();
	kvfree(request.place);
	return err;
}
