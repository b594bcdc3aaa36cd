// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many arguments functions have, from the kernel's own type information (BTF), so that arguments past the last read
 * 0. One pass over all types for all functions of a request; modules' types are not read.
 * Entry point: fbt_btf_count(). Context: process, text locked.
 */
#include <linux/btf.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "fbt.h"

#define TYPES_AT_ONCE	4096u	/* between two chances for others */

/* Functions that are looked for, by name: open addressing, at most half full. */
struct wanted {
	const char **name;
	struct fbt_func **func;
	u32 bits;
};

static u32 hash_name(const char *name, u32 bits)
{
	u32 hash = 2166136261u;

	while (*name)
		hash = (hash ^ (u8)*name++) * 16777619u;
	return hash_32(hash, bits);
}

static u32 slot_of(const struct wanted *wanted, const char *name)
{
	u32 at = hash_name(name, wanted->bits), mask = (1u << wanted->bits) - 1;

	while (wanted->name[at] && strcmp(wanted->name[at], name))
		at = (at + 1) & mask;
	return at;
}

/* Bytes behind the common head of a type. */
static size_t tail_size(const struct btf_type *type)
{
	u32 vlen = btf_type_vlen(type);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return sizeof(u32);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return vlen * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return vlen * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
	case BTF_KIND_DATASEC:
		return vlen * 3 * sizeof(u32);
	case BTF_KIND_FUNC_PROTO:
		return vlen * sizeof(struct btf_param);
	}
	return 0;
}

struct types {
	const u8 *begin;
	const u8 *end;
	const char *strings;
	u32 *offset;	/* by id */
	u32 nr;
};

static const struct btf_type *type_by_id(const struct types *types, u32 id)
{
	return id && id < types->nr ? (const void *)(types->begin + types->offset[id]) : NULL;
}

static bool open_types(struct types *types)
{
	const struct btf_header *header;
	const u8 *at;
	size_t size;
	u32 cap;

	header = dtrace_kernel_btf(&size);
	if (!header || size < sizeof(*header) || header->magic != BTF_MAGIC)
		return false;
	types->begin = (const u8 *)header + header->hdr_len + header->type_off;
	types->end = types->begin + header->type_len;
	types->strings = (const char *)header + header->hdr_len + header->str_off;
	cap = header->type_len / sizeof(struct btf_type) + 2;
	types->offset = kvmalloc_array(cap, sizeof(*types->offset), GFP_KERNEL);
	if (!types->offset)
		return false;
	types->nr = 1;
	for (at = types->begin; at < types->end && types->nr < cap;) {
		types->offset[types->nr++] = at - types->begin;
		at += sizeof(struct btf_type) + tail_size((const void *)at);
	}
	return true;
}

/* Without names that stand for other types. */
static const struct btf_type *strip(const struct types *types, u32 id)
{
	const struct btf_type *type = type_by_id(types, id);
	int depth;

	for (depth = 0; type && depth < 32; depth++) {
		switch (BTF_INFO_KIND(type->info)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			type = type_by_id(types, type->type);
			continue;
		}
		break;
	}
	return type;
}

/* Does it take more than one register, or a hidden argument when it is returned? */
static bool is_large(const struct btf_type *type)
{
	u32 kind = BTF_INFO_KIND(type->info);

	return (kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION) ? type->size > 16 :
	       kind == BTF_KIND_INT && type->size > 8;
}

static u8 count_args(const struct types *types, const struct btf_type *proto)
{
	const struct btf_param *param = (const void *)(proto + 1);
	const struct btf_type *value = strip(types, proto->type);
	u32 nr = btf_type_vlen(proto), i;

	if (value && is_large(value))
		return FBT_NARGS_ALL;
	for (i = 0; i < nr; i++) {
		const struct btf_type *type = strip(types, param[i].type);

		/* The last of a variadic function has no type. */
		if (!type || is_large(type))
			return FBT_NARGS_ALL;
		switch (BTF_INFO_KIND(type->info)) {
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_FLOAT:
			return FBT_NARGS_ALL;
		}
	}
	return min(nr, FBT_NARGS_ALL - 1u);
}

static void look_up(const struct types *types, const struct wanted *wanted)
{
	u32 id;

	for (id = 1; id < types->nr; id++) {
		const struct btf_type *type = type_by_id(types, id), *proto;
		const char *name;
		u32 at;

		if (id % TYPES_AT_ONCE == 0)
			cond_resched();
		if (BTF_INFO_KIND(type->info) != BTF_KIND_FUNC)
			continue;
		name = types->strings + type->name_off;
		at = slot_of(wanted, name);
		proto = wanted->name[at] ? type_by_id(types, type->type) : NULL;
		if (!proto || BTF_INFO_KIND(proto->info) != BTF_KIND_FUNC_PROTO)
			continue;
		/* Several functions of one name that differ: none of the counts can be trusted. */
		if (wanted->func[at]->nargs == FBT_NARGS_UNKNOWN)
			wanted->func[at]->nargs = count_args(types, proto);
		else if (wanted->func[at]->nargs != count_args(types, proto))
			wanted->func[at]->nargs = FBT_NARGS_ALL;
	}
}

static u32 collect(struct dtrace_probe *const *probes, unsigned int nr, struct wanted *wanted)
{
	struct fbt_image *fi = NULL;
	unsigned int i;
	u32 found = 0;

	for (i = 0; i < nr; i++) {
		void *priv = dtrace_probe_priv(probes[i]);
		struct fbt_func *ff = fbt_priv_func(priv);
		const char *name;
		u32 at;

		if (fbt_priv_side(priv) != FBT_ENTRY || ff->nargs != FBT_NARGS_UNKNOWN)
			continue;
		if (!fbt_image_holds(fi, ff))
			fi = fbt_discover_image(ff);
		if (!fi || fi->image->mod)
			continue;
		name = dtrace_func_name(fi->image, &fi->image->func[ff - fi->func]);
		at = slot_of(wanted, name);
		wanted->name[at] = name;
		wanted->func[at] = ff;
		found++;
	}
	return found;
}

static bool has_entry(struct dtrace_probe *const *probes, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (fbt_priv_side(dtrace_probe_priv(probes[i])) == FBT_ENTRY)
			return true;
	}
	return false;
}

void fbt_btf_count(struct dtrace_probe *const *probes, unsigned int nr)
{
	struct types types = { 0 };
	struct wanted wanted;
	u32 size;

	if (!has_entry(probes, nr))
		return;
	for (wanted.bits = 4; (1u << wanted.bits) < 2 * nr; wanted.bits++)
		;
	size = 1u << wanted.bits;
	wanted.name = kvcalloc(size, sizeof(*wanted.name), GFP_KERNEL);
	wanted.func = kvcalloc(size, sizeof(*wanted.func), GFP_KERNEL);
	/* Without memory or types all registers are shown. */
	if (wanted.name && wanted.func && collect(probes, nr, &wanted) && open_types(&types))
		look_up(&types, &wanted);
	kvfree(types.offset);
	kvfree(wanted.func);
	kvfree(wanted.name);
}
