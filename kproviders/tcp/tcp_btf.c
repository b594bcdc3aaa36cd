// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do the kernel's functions have the arguments that we need, and which are they? Read from the kernel's own type
 * information (BTF), never from its version. Entry points: tcpp_btf_*(). Context: process; module init.
 */
#include <linux/btf.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "tcp.h"

struct tcpp_types {
	const u8 *begin;
	const u8 *end;
	const char *strings;
	u32 nr;
	u32 offset[];	/* by id */
};

/* Bytes behind the common head of a type; -1 = a kind that we do not know. */
static int tail_size(const struct btf_type *type)
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
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return 0;
	}
	return -1;
}

static const struct btf_type *type_by_id(const struct tcpp_types *types, u32 id)
{
	return id && id < types->nr ? (const void *)(types->begin + types->offset[id]) : NULL;
}

static const char *name_of(const struct tcpp_types *types, const struct btf_type *type)
{
	return types->strings + type->name_off;
}

struct tcpp_types *tcpp_btf_open(void)
{
	const struct btf_header *header;
	struct tcpp_types *types;
	size_t size;
	const u8 *at;
	u32 cap;

	header = dtrace_kernel_btf(&size);
	if (!header || size < sizeof(*header) || header->magic != BTF_MAGIC)
		return ERR_PTR(-ENOENT);
	cap = header->type_len / sizeof(struct btf_type) + 2;
	types = kvmalloc(struct_size(types, offset, cap), GFP_KERNEL);
	if (!types)
		return ERR_PTR(-ENOMEM);
	types->begin = (const u8 *)header + header->hdr_len + header->type_off;
	types->end = types->begin + header->type_len;
	types->strings = (const char *)header + header->hdr_len + header->str_off;
	types->nr = 1;
	for (at = types->begin; at < types->end && types->nr < cap;) {
		int tail = tail_size((const void *)at);

		if (tail < 0)
			break;
		types->offset[types->nr++] = at - types->begin;
		at += sizeof(struct btf_type) + tail;
	}
	return types;
}

void tcpp_btf_close(struct tcpp_types *types)
{
	kvfree(types);
}

/* The first typedef's name on the way, if any, goes to alias. */
static const struct btf_type *strip(const struct tcpp_types *types, u32 id, const char **alias)
{
	const struct btf_type *type = type_by_id(types, id);
	int depth;

	for (depth = 0; type && depth < 32; depth++) {
		switch (BTF_INFO_KIND(type->info)) {
		case BTF_KIND_TYPEDEF:
			if (alias && !*alias)
				*alias = name_of(types, type);
			fallthrough;
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

static int role_of_pointer(const struct tcpp_types *types, const struct btf_type *pointer)
{
	static const struct {
		const char *name;
		enum tcpp_role role;
	} structs[] = {
		{ "sock", TCPP_ROLE_SOCK },
		{ "sk_buff", TCPP_ROLE_SKB },
		{ "request_sock", TCPP_ROLE_REQUEST },
		{ "inet_timewait_sock", TCPP_ROLE_TIMEWAIT },
		{ "flowi6", TCPP_ROLE_FLOW6 },
		{ "ip_reply_arg", TCPP_ROLE_REPLY },
	};
	const struct btf_type *target = strip(types, pointer->type, NULL);
	u32 i;

	if (!target || BTF_INFO_KIND(target->info) != BTF_KIND_STRUCT)
		return -1;
	for (i = 0; i < ARRAY_SIZE(structs); i++) {
		if (!strcmp(name_of(types, target), structs[i].name))
			return structs[i].role;
	}
	return -1;
}

/* found: roles of the arguments before this one, as bits. */
static int role_of(const struct tcpp_types *types, u32 id, u32 found)
{
	const char *alias = NULL;
	const struct btf_type *type = strip(types, id, &alias);

	if (!type)
		return -1;
	if (BTF_INFO_KIND(type->info) == BTF_KIND_PTR)
		return role_of_pointer(types, type);
	if (BTF_INFO_KIND(type->info) != BTF_KIND_INT)
		return -1;
	if (alias && !strcmp(alias, "__be32"))
		return found & BIT(TCPP_ROLE_FROM) ? TCPP_ROLE_TO : TCPP_ROLE_FROM;
	if (!strcmp(name_of(types, type), "_Bool"))
		return TCPP_ROLE_BOOL;
	return !alias && !strcmp(name_of(types, type), "int") ? TCPP_ROLE_INT : -1;
}

static const struct btf_type *find_proto(const struct tcpp_types *types, const char *name)
{
	u32 id;

	for (id = 1; id < types->nr; id++) {
		const struct btf_type *type = type_by_id(types, id);

		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    !strcmp(name_of(types, type), name))
			return type_by_id(types, type->type);
	}
	return NULL;
}

const char *tcpp_btf_bind(const struct tcpp_types *types, const char *name, u32 roles, u8 *at)
{
	const struct btf_type *proto = find_proto(types, name);
	const struct btf_param *param = (const void *)(proto + 1);
	u32 found = 0, i;

	if (!proto || BTF_INFO_KIND(proto->info) != BTF_KIND_FUNC_PROTO)
		return "no type information";
	for (i = 0; i < btf_type_vlen(proto); i++) {
		int role = role_of(types, param[i].type, found);

		/* Of several that look alike the first is the one we know. */
		if (role < 0 || found & BIT(role))
			continue;
		at[role] = i;
		found |= BIT(role);
	}
	return (found & roles) == roles ? NULL : "its arguments are not those expected";
}

/* void (*)(void *, const struct sock *, int, int) */
const char *tcpp_btf_tracepoint(const struct tcpp_types *types)
{
	u32 id;

	for (id = 1; id < types->nr; id++) {
		const struct btf_type *type = type_by_id(types, id);
		const struct btf_param *param;

		if (BTF_INFO_KIND(type->info) != BTF_KIND_TYPEDEF ||
		    strcmp(name_of(types, type), "btf_trace_inet_sock_set_state"))
			continue;
		type = strip(types, type->type, NULL);
		if (type && BTF_INFO_KIND(type->info) == BTF_KIND_PTR)
			type = strip(types, type->type, NULL);
		param = (const void *)(type + 1);
		if (type && BTF_INFO_KIND(type->info) == BTF_KIND_FUNC_PROTO &&
		    btf_type_vlen(type) == 4 &&
		    role_of(types, param[1].type, 0) == TCPP_ROLE_SOCK &&
		    role_of(types, param[2].type, 0) == TCPP_ROLE_INT &&
		    role_of(types, param[3].type, 0) == TCPP_ROLE_INT)
			return NULL;
		return "its arguments are not those expected";
	}
	return "no type information";
}
