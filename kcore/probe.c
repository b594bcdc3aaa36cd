// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probe registry: ids, interned names, the table of exact names. Entry points:
 * dtrace_probe_create(), dtrace_probe_lookup(), dtrace_probe_destroy() for providers, dtk_probe_*()
 * for the core.
 *
 * 100,000 probes are normal: an idle one costs 80 bytes, 8 for its id and a share of interned
 * names.
 * Context: process; everything is under dtk_core.registry_lock, probe context never looks here.
 */
#include "core.h"
#include "ecb.h"
#include "enabling.h"

#define NAME_TABLE_MIN	1024u
#define PROBE_TABLE_MIN	1024u
#define MAX_PROBE_ID	(1u << 30)

static u32 hash_string(const char *str)
{
	u32 hash = 2166136261u;

	while (*str)
		hash = (hash ^ (u8)*str++) * 16777619u;
	return hash ^ (hash >> 15);
}

static u32 hash_parts(const struct dtrace_provider_handle *prov, const struct dtk_name *mod,
		      const struct dtk_name *func, const struct dtk_name *name)
{
	u64 hash = (u64)(unsigned long)prov * 0x9e3779b97f4a7c15ull;

	hash = (hash ^ mod->hash) * 0x9e3779b97f4a7c15ull;
	hash = (hash ^ func->hash) * 0x9e3779b97f4a7c15ull;
	hash = (hash ^ name->hash) * 0x9e3779b97f4a7c15ull;
	return hash >> 32;
}

int dtk_registry_init(struct dtk_registry *reg)
{
	INIT_LIST_HEAD(&reg->providers);
	reg->next_id = 1;
	reg->name_table = kvcalloc(NAME_TABLE_MIN, sizeof(*reg->name_table), GFP_KERNEL);
	reg->probe_table = kvcalloc(PROBE_TABLE_MIN, sizeof(*reg->probe_table), GFP_KERNEL);
	reg->probe_cache =
		kmem_cache_create("dtrace_probe", sizeof(struct dtrace_probe), 0, 0, NULL);
	if (!reg->name_table || !reg->probe_table || !reg->probe_cache) {
		dtk_registry_exit(reg);
		return -ENOMEM;
	}
	reg->name_mask = NAME_TABLE_MIN - 1;
	reg->probe_mask = PROBE_TABLE_MIN - 1;
	return 0;
}

/* Context: no provider is left. */
void dtk_registry_exit(struct dtk_registry *reg)
{
	u32 i;

	WARN_ON_ONCE(reg->nr_probes || reg->nr_names);
	for (i = 0; i < reg->nr_chunks; i++)
		kfree(reg->chunks[i]);
	kvfree(reg->chunks);
	kvfree(reg->name_table);
	kvfree(reg->probe_table);
	kmem_cache_destroy(reg->probe_cache);
	memset(reg, 0, sizeof(*reg));
}

/* ---- names ---- */

static struct dtk_name *name_find_hashed(struct dtk_registry *reg, const char *str, u32 hash)
{
	struct dtk_name *name;

	for (name = reg->name_table[hash & reg->name_mask]; name; name = name->next) {
		if (name->hash == hash && !strcmp(name->str, str))
			return name;
	}
	return NULL;
}

struct dtk_name *dtk_name_find(struct dtk_registry *reg, const char *str)
{
	return name_find_hashed(reg, str, hash_string(str));
}

/* Doubles the table; without memory it stays as it is, only slower. */
static void name_table_grow(struct dtk_registry *reg)
{
	u32 size = (reg->name_mask + 1) * 2, i;
	struct dtk_name **table = kvcalloc(size, sizeof(*table), GFP_KERNEL);

	if (!table)
		return;
	for (i = 0; i <= reg->name_mask; i++) {
		struct dtk_name *name, *next;

		for (name = reg->name_table[i]; name; name = next) {
			struct dtk_name **bucket = &table[name->hash & (size - 1)];

			next = name->next;
			name->next = *bucket;
			*bucket = name;
		}
	}
	kvfree(reg->name_table);
	reg->name_table = table;
	reg->name_mask = size - 1;
}

static struct dtk_name *name_make(struct dtk_registry *reg, const char *str, size_t len, u32 hash)
{
	struct dtk_name *name = kzalloc(sizeof(*name) + len + 1, GFP_KERNEL), **bucket;

	if (!name)
		return NULL;
	memcpy(name->str, str, len + 1);
	name->len = len;
	name->hash = hash;
	if (reg->nr_names > reg->name_mask)
		name_table_grow(reg);
	bucket = &reg->name_table[name->hash & reg->name_mask];
	name->next = *bucket;
	*bucket = name;
	reg->nr_names++;
	return name;
}

/*
 * The name of one part of a probe, with a reference. *last: that of the probe made before, which is often the same:
 * probes are made by the thousand. most: with the terminating zero. Return: 0, -EINVAL, -ENAMETOOLONG, -ENOMEM.
 */
static int name_get(struct dtk_registry *reg, struct dtk_name **last, const char *str, size_t most,
		    struct dtk_name **got)
{
	struct dtk_name *name = *last;

	if (!name || strcmp(name->str, str)) {
		size_t len = strlen(str);
		u32 hash;

		if (len >= most)
			return -ENAMETOOLONG;
		if (!dtk_name_part_is_valid(str))
			return -EINVAL;
		hash = hash_string(str);
		name = name_find_hashed(reg, str, hash) ?: name_make(reg, str, len, hash);
		if (!name)
			return -ENOMEM;
		*last = name;
	}
	name->refs++;
	*got = name;
	return 0;
}

static void name_put(struct dtk_registry *reg, struct dtk_name *name)
{
	struct dtk_name **link;
	u32 i;

	if (!name || --name->refs)
		return;
	link = &reg->name_table[name->hash & reg->name_mask];
	while (*link != name)
		link = &(*link)->next;
	*link = name->next;
	reg->nr_names--;
	for (i = 0; i < ARRAY_SIZE(reg->last); i++) {
		if (reg->last[i] == name)
			reg->last[i] = NULL;
	}
	kfree(name);
}

/* ---- ids ---- */

struct dtrace_probe *dtk_probe_by_id(struct dtk_registry *reg, u32 id)
{
	u32 at = id / DTK_ID_CHUNK;

	if (at >= reg->nr_chunks || !reg->chunks[at])
		return NULL;
	return reg->chunks[at]->probe[id % DTK_ID_CHUNK];
}

static int id_assign(struct dtk_registry *reg, struct dtrace_probe *probe)
{
	u32 id = reg->next_id, at = id / DTK_ID_CHUNK;

	if (id >= MAX_PROBE_ID)
		return -ENOSPC;
	if (at >= reg->nr_chunks) {
		u32 nr = max(64u, reg->nr_chunks * 2);
		struct dtk_id_chunk **chunks = kvcalloc(nr, sizeof(*chunks), GFP_KERNEL);

		if (!chunks)
			return -ENOMEM;
		if (reg->nr_chunks)
			memcpy(chunks, reg->chunks, reg->nr_chunks * sizeof(*chunks));
		kvfree(reg->chunks);
		reg->chunks = chunks;
		reg->nr_chunks = nr;
	}
	if (!reg->chunks[at]) {
		reg->chunks[at] = kzalloc(sizeof(**reg->chunks), GFP_KERNEL);
		if (!reg->chunks[at])
			return -ENOMEM;
	}
	reg->chunks[at]->probe[id % DTK_ID_CHUNK] = probe;
	reg->chunks[at]->nr_used++;
	probe->id = id;
	reg->next_id++;
	return 0;
}

static void id_release(struct dtk_registry *reg, u32 id)
{
	struct dtk_id_chunk *chunk = reg->chunks[id / DTK_ID_CHUNK];

	chunk->probe[id % DTK_ID_CHUNK] = NULL;
	if (!--chunk->nr_used && id / DTK_ID_CHUNK != reg->next_id / DTK_ID_CHUNK) {
		reg->chunks[id / DTK_ID_CHUNK] = NULL;
		kfree(chunk);
	}
}

/* ---- probes ---- */

static void probe_table_grow(struct dtk_registry *reg)
{
	u32 size = (reg->probe_mask + 1) * 2, i;
	struct dtrace_probe **table = kvcalloc(size, sizeof(*table), GFP_KERNEL);

	if (!table)
		return;
	for (i = 0; i <= reg->probe_mask; i++) {
		struct dtrace_probe *probe, *next;

		for (probe = reg->probe_table[i]; probe; probe = next) {
			u32 hash = hash_parts(probe->prov, probe->mod, probe->func, probe->name);

			next = probe->hash_next;
			probe->hash_next = table[hash & (size - 1)];
			table[hash & (size - 1)] = probe;
		}
	}
	kvfree(reg->probe_table);
	reg->probe_table = table;
	reg->probe_mask = size - 1;
}

static struct dtrace_probe *probe_find(struct dtk_registry *reg,
				       const struct dtrace_provider_handle *prov,
				       const struct dtk_name *mod, const struct dtk_name *func,
				       const struct dtk_name *name)
{
	struct dtrace_probe *probe;

	if (!mod || !func || !name)
		return NULL;
	probe = reg->probe_table[hash_parts(prov, mod, func, name) & reg->probe_mask];
	for (; probe; probe = probe->hash_next) {
		if (probe->prov == prov && probe->mod == mod && probe->func == func &&
		    probe->name == name)
			return probe;
	}
	return NULL;
}

static void probe_free(struct dtk_registry *reg, struct dtrace_probe *probe)
{
	name_put(reg, probe->mod);
	name_put(reg, probe->func);
	name_put(reg, probe->name);
	dtk_provider_put(probe->prov);
	kmem_cache_free(reg->probe_cache, probe);
}

static struct dtrace_probe *probe_create(struct dtk_registry *reg,
					 struct dtrace_provider_handle *handle, const char *mod,
					 const char *func, const char *name, u32 flags, void *priv)
{
	struct dtrace_probe *probe;
	u32 hash;
	int err;

	/* Compared, not looked into: it may have been freed. */
	if (!dtk_provider_is_listed(handle)) {
		pr_err_ratelimited("dtrace: dtrace_probe_create() of %s for a provider that is not registered\n",
				   name);
		return ERR_PTR(-ENODEV);
	}
	probe = kmem_cache_zalloc(reg->probe_cache, GFP_KERNEL);
	if (!probe)
		return ERR_PTR(-ENOMEM);
	handle->refs++;
	probe->prov = handle;
	probe->priv = priv;
	probe->flags = flags;
	probe->refs = 1;
	err = name_get(reg, &reg->last[0], mod, DTRACE_MODNAMELEN, &probe->mod);
	if (!err)
		err = name_get(reg, &reg->last[1], func, DTRACE_FUNCNAMELEN, &probe->func);
	if (!err)
		err = name_get(reg, &reg->last[2], name, DTRACE_NAMELEN, &probe->name);
	if (err)
		goto err_free;
	err = -EEXIST;
	if (probe_find(reg, handle, probe->mod, probe->func, probe->name))
		goto err_free;
	err = id_assign(reg, probe);
	if (err)
		goto err_free;

	if (reg->nr_probes > reg->probe_mask)
		probe_table_grow(reg);
	hash = hash_parts(handle, probe->mod, probe->func, probe->name) & reg->probe_mask;
	probe->hash_next = reg->probe_table[hash];
	reg->probe_table[hash] = probe;
	probe->func_next = probe->func->probes;
	probe->func->probes = probe;
	reg->nr_probes++;
	if (!handle->nr_probes++)
		handle->min_id = probe->id;
	handle->max_id = probe->id;
	return probe;

err_free:
	probe_free(reg, probe);
	return ERR_PTR(err);
}

void dtk_probe_remove(struct dtk_registry *reg, struct dtrace_probe *probe)
{
	struct dtrace_probe **link;

	lockdep_assert_held(&dtk_core.registry_lock);
	link = &reg->probe_table[hash_parts(probe->prov, probe->mod, probe->func, probe->name) &
				 reg->probe_mask];
	while (*link != probe)
		link = &(*link)->hash_next;
	*link = probe->hash_next;
	link = &probe->func->probes;
	while (*link != probe)
		link = &(*link)->func_next;
	*link = probe->func_next;
	id_release(reg, probe->id);
	reg->nr_probes--;
	probe->prov->nr_probes--;
	probe->state |= DTK_PROBE_DEAD;
	if (!--probe->refs)
		probe_free(reg, probe);
}

void dtk_probe_get(struct dtrace_probe *probe)
{
	lockdep_assert_held(&dtk_core.registry_lock);
	probe->refs++;
}

void dtk_probe_put(struct dtrace_probe *probe)
{
	mutex_lock(&dtk_core.registry_lock);
	if (!--probe->refs)
		probe_free(&dtk_core.reg, probe);
	mutex_unlock(&dtk_core.registry_lock);
}

void dtk_probe_describe(const struct dtrace_probe *probe, struct dtrace_probedesc *desc)
{
	memset(desc, 0, sizeof(*desc));
	desc->id = probe->id;
	desc->flags = probe->flags;
	strscpy(desc->prov, probe->prov->name, sizeof(desc->prov));
	strscpy(desc->mod, probe->mod->str, sizeof(desc->mod));
	strscpy(desc->func, probe->func->str, sizeof(desc->func));
	strscpy(desc->name, probe->name->str, sizeof(desc->name));
}

/* ---- for providers ---- */

struct dtrace_probe *dtrace_probe_create(struct dtrace_provider_handle *handle, const char *mod,
					 const char *func, const char *name, u32 flags, void *priv)
{
	struct dtrace_probe *probe;

	if (IS_ERR_OR_NULL(handle) || !mod || !func || !name)
		return ERR_PTR(-EINVAL);
	mutex_lock(&dtk_core.registry_lock);
	probe = probe_create(&dtk_core.reg, handle, mod, func, name, flags, priv);
	mutex_unlock(&dtk_core.registry_lock);
	if (!IS_ERR(probe))
		dtk_enabling_new_probe();
	return probe;
}
EXPORT_SYMBOL_GPL(dtrace_probe_create);

struct dtrace_probe *dtrace_probe_lookup(struct dtrace_provider_handle *handle, const char *mod,
					 const char *func, const char *name)
{
	struct dtrace_probe *probe;

	if (IS_ERR_OR_NULL(handle) || !mod || !func || !name)
		return NULL;
	mutex_lock(&dtk_core.registry_lock);
	probe = probe_find(&dtk_core.reg, handle, dtk_name_find(&dtk_core.reg, mod),
			   dtk_name_find(&dtk_core.reg, func), dtk_name_find(&dtk_core.reg, name));
	mutex_unlock(&dtk_core.registry_lock);
	return probe;
}
EXPORT_SYMBOL_GPL(dtrace_probe_lookup);

void dtrace_probe_destroy(struct dtrace_provider_handle *handle, struct dtrace_probe *const *probes,
			  unsigned int nr)
{
	bool is_listed;
	unsigned int i;

	if (dtk_op_refuses("dtrace_probe_destroy"))
		return;
	mutex_lock(&dtk_core.ops_lock);
	mutex_lock(&dtk_core.registry_lock);
	is_listed = dtk_provider_is_listed(handle);
	mutex_unlock(&dtk_core.registry_lock);
	if (!is_listed) {
		pr_err("dtrace: dtrace_probe_destroy() for a provider that is not registered\n");
		mutex_unlock(&dtk_core.ops_lock);
		return;
	}
	dtk_ecb_detach_probes(probes, nr);
	dtk_op_begin();
	for (i = 0; i < nr; i++) {
		if (handle->ops.destroy)
			handle->ops.destroy(handle->arg, probes[i], probes[i]->priv);
		probes[i]->priv = NULL;
	}
	dtk_op_end();
	mutex_lock(&dtk_core.registry_lock);
	for (i = 0; i < nr; i++)
		dtk_probe_remove(&dtk_core.reg, probes[i]);
	mutex_unlock(&dtk_core.registry_lock);
	mutex_unlock(&dtk_core.ops_lock);
}
EXPORT_SYMBOL_GPL(dtrace_probe_destroy);

bool dtrace_probe_wants_align(const struct dtrace_probe *probe)
{
	return probe->state & DTK_PROBE_ALIGN;
}
EXPORT_SYMBOL_GPL(dtrace_probe_wants_align);
