// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of providers: registering and unregistering, the calls of their ops, references on their
 * modules. Entry points: dtrace_provider_register() and _unregister() for modules, dtk_provider_*()
 * for the core.
 * Context: process; ops are called under dtk_core.ops_lock only.
 */
#include "core.h"
#include "ecb.h"
#include "enabling.h"
#include "match.h"

/* A table of the first ABI, the smallest there is. */
#define OPS_SIZE_MIN offsetofend(struct dtrace_provider_ops, disable)

static bool name_is_valid(const char *name)
{
	size_t len, i;

	if (!name)
		return false;
	len = strnlen(name, DTRACE_PROVNAMELEN);
	if (!len || len == DTRACE_PROVNAMELEN)
		return false;
	for (i = 0; i < len; i++) {
		char c = name[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-')
			return false;
	}
	return name[len - 1] < '0' || name[len - 1] > '9';
}

static struct dtrace_provider_handle *provider_find(const char *name)
{
	struct dtrace_provider_handle *handle;

	list_for_each_entry(handle, &dtk_core.reg.providers, link) {
		if (!strcmp(handle->name, name))
			return handle;
	}
	return NULL;
}

struct dtrace_provider_handle *__dtrace_provider_register(const struct dtrace_provider *prov,
							  struct module *owner, u32 abi)
{
	struct dtrace_provider_handle *handle;

	if (abi != DTRACE_PROVIDER_ABI) {
		pr_err("dtrace: provider module %s was built for ABI %u, this core has %u\n",
		       owner ? module_name(owner) : "?", abi, DTRACE_PROVIDER_ABI);
		return ERR_PTR(-EPROTO);
	}
	if (!prov || !prov->ops || !name_is_valid(prov->name) || prov->ops->size < OPS_SIZE_MIN)
		return ERR_PTR(-EINVAL);
	if (prov->ops->size > sizeof(handle->ops))
		return ERR_PTR(-EPROTO);
	handle = kzalloc(sizeof(*handle), GFP_KERNEL);
	if (!handle)
		return ERR_PTR(-ENOMEM);
	memcpy(&handle->ops, prov->ops, prov->ops->size);
	handle->arg = prov->arg;
	handle->owner = owner;
	handle->refs = 1;
	memcpy(handle->attr, prov->attr, sizeof(handle->attr));
	strscpy(handle->name, prov->name, sizeof(handle->name));

	mutex_lock(&dtk_core.ops_lock);
	mutex_lock(&dtk_core.registry_lock);
	if (provider_find(handle->name)) {
		mutex_unlock(&dtk_core.registry_lock);
		mutex_unlock(&dtk_core.ops_lock);
		kfree(handle);
		return ERR_PTR(-EEXIST);
	}
	list_add_tail(&handle->link, &dtk_core.reg.providers);
	mutex_unlock(&dtk_core.registry_lock);
	mutex_unlock(&dtk_core.ops_lock);
	dtk_trace(DTK_TRACE_PROVIDER, 1, 0);
	return handle;
}
EXPORT_SYMBOL_GPL(__dtrace_provider_register);

void dtk_provider_put(struct dtrace_provider_handle *handle)
{
	lockdep_assert_held(&dtk_core.registry_lock);
	if (!--handle->refs)
		kfree(handle);
}

static bool has_enabled_probe(struct dtk_registry *reg, struct dtrace_provider_handle *handle)
{
	u32 id;

	for (id = handle->min_id; handle->nr_probes && id <= handle->max_id; id++) {
		struct dtrace_probe *probe = dtk_probe_by_id(reg, id);

		if (probe && probe->prov == handle && probe->ecbs)
			return true;
	}
	return false;
}

static void remove_probes(struct dtk_registry *reg, struct dtrace_provider_handle *handle)
{
	u32 id, last = handle->max_id;

	for (id = handle->min_id; handle->nr_probes && id <= last; id++) {
		struct dtrace_probe *probe = dtk_probe_by_id(reg, id);

		if (!probe || probe->prov != handle)
			continue;
		probe->priv = NULL;
		dtk_probe_remove(reg, probe);
	}
}

static void destroy_probes(struct dtk_registry *reg, struct dtrace_provider_handle *handle)
{
	u32 id;

	for (id = handle->min_id; handle->nr_probes && id <= handle->max_id; id++) {
		struct dtrace_probe *probe;

		mutex_lock(&dtk_core.registry_lock);
		probe = dtk_probe_by_id(reg, id);
		mutex_unlock(&dtk_core.registry_lock);
		if (probe && probe->prov == handle)
			handle->ops.destroy(handle->arg, probe, probe->priv);
	}
}

int dtrace_provider_unregister(struct dtrace_provider_handle *handle)
{
	struct dtk_registry *reg = &dtk_core.reg;
	u32 nr;

	/* Consumers that have left may still wait for their probes to be disarmed. */
	flush_work(&dtk_core.reap_work);
	mutex_lock(&dtk_core.ops_lock);
	mutex_lock(&dtk_core.registry_lock);
	if (handle->nr_armed || has_enabled_probe(reg, handle)) {
		mutex_unlock(&dtk_core.registry_lock);
		mutex_unlock(&dtk_core.ops_lock);
		return -EBUSY;
	}
	nr = handle->nr_probes;
	list_del(&handle->link);
	handle->is_dead = true;
	mutex_unlock(&dtk_core.registry_lock);

	/* A late hit may still be in dtrace_fire() with a pointer to one of the probes. */
	dtk_sync_probes();
	if (handle->ops.destroy)
		destroy_probes(reg, handle);
	mutex_lock(&dtk_core.registry_lock);
	remove_probes(reg, handle);
	dtk_provider_put(handle);
	mutex_unlock(&dtk_core.registry_lock);
	mutex_unlock(&dtk_core.ops_lock);
	dtk_trace(DTK_TRACE_PROVIDER, 0, nr);
	return 0;
}
EXPORT_SYMBOL_GPL(dtrace_provider_unregister);

int dtk_provider_provide(const struct dtrace_probedesc *desc)
{
	bool is_any = !desc->prov[0];
	bool is_glob = dtk_glob_is_pattern(desc->prov);
	struct dtrace_provider_handle *handle;
	int result = 0;

	lockdep_assert_held(&dtk_core.ops_lock);
	/* The list only changes under ops_lock, so it may be walked without registry_lock. */
	list_for_each_entry(handle, &dtk_core.reg.providers, link) {
		int err;

		if (!handle->ops.provide)
			continue;
		if (!is_any && !(is_glob ? dtk_glob_match(desc->prov, handle->name) :
					   !strcmp(desc->prov, handle->name)))
			continue;
		err = handle->ops.provide(handle->arg, desc);
		if (err && !is_any && !is_glob)
			result = err;
	}
	return result;
}

/* By provider, then by id, so that each provider gets its probes in one batch. */
static int compare_probes(const void *a, const void *b)
{
	const struct dtrace_probe *x = *(const struct dtrace_probe *const *)a;
	const struct dtrace_probe *y = *(const struct dtrace_probe *const *)b;

	if (x->prov != y->prov)
		return (unsigned long)x->prov < (unsigned long)y->prov ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* Probes of one provider from @at on. */
static u32 run_length(struct dtrace_probe **probes, u32 nr, u32 at)
{
	u32 end = at;

	while (end < nr && probes[end]->prov == probes[at]->prov)
		end++;
	return end - at;
}

static int arm_run(struct dtrace_provider_handle *handle, struct dtrace_probe **probes, u32 nr)
{
	u32 i;
	int err = 0;

	if (handle->is_dead || (!handle->nr_armed && !try_module_get(handle->owner)))
		return -ENODEV;
	if (handle->ops.enable)
		err = handle->ops.enable(handle->arg, probes, nr);
	if (err) {
		if (!handle->nr_armed)
			module_put(handle->owner);
		return err;
	}
	for (i = 0; i < nr; i++)
		probes[i]->state |= DTK_PROBE_ARMED;
	handle->nr_armed += nr;
	return 0;
}

static void disarm_run(struct dtrace_provider_handle *handle, struct dtrace_probe **probes, u32 nr)
{
	u32 i;

	if (handle->ops.disable)
		handle->ops.disable(handle->arg, probes, nr);
	for (i = 0; i < nr; i++)
		probes[i]->state &= ~DTK_PROBE_ARMED;
	handle->nr_armed -= nr;
	if (!handle->nr_armed)
		module_put(handle->owner);
}

int dtk_provider_arm(struct dtrace_probe **probes, u32 nr, struct dtk_log *log)
{
	u32 at, len;

	lockdep_assert_held(&dtk_core.ops_lock);
	sort(probes, nr, sizeof(*probes), compare_probes, NULL);
	for (at = 0; at < nr; at += len) {
		struct dtrace_provider_handle *handle = probes[at]->prov;
		int err;

		len = run_length(probes, nr, at);
		err = arm_run(handle, probes + at, len);
		if (!err)
			continue;
		if (err == -ENXIO)
			dtk_log_printf(log, "no place of the %u probe%s of provider %s can be instrumented now\n",
				       len, len == 1 ? "" : "s", handle->name);
		else
			dtk_log_printf(log, "provider %s could not enable %u probe%s: error %d\n",
				       handle->name, len, len == 1 ? "" : "s", -err);
		dtk_provider_disarm(probes, at);
		return err;
	}
	return 0;
}

void dtk_provider_disarm(struct dtrace_probe **probes, u32 nr)
{
	u32 at, len;

	lockdep_assert_held(&dtk_core.ops_lock);
	sort(probes, nr, sizeof(*probes), compare_probes, NULL);
	for (at = 0; at < nr; at += len) {
		len = run_length(probes, nr, at);
		disarm_run(probes[at]->prov, probes + at, len);
	}
}

u32 dtk_provider_list(struct dtrace_provider_info *infos, u32 room)
{
	struct dtrace_provider_handle *handle;
	u32 nr = 0;

	mutex_lock(&dtk_core.registry_lock);
	list_for_each_entry(handle, &dtk_core.reg.providers, link) {
		struct dtrace_provider_info *info = &infos[nr];
		int i;

		if (nr++ >= room)
			continue;
		memset(info, 0, sizeof(*info));
		strscpy(info->name, handle->name, sizeof(info->name));
		strscpy(info->module, handle->owner ? module_name(handle->owner) : "dtrace",
			sizeof(info->module));
		info->nr_probes = handle->nr_probes;
		info->nr_enabled = READ_ONCE(handle->nr_armed);
		for (i = 0; i < 5; i++) {
			info->attr[i][0] = handle->attr[i].name;
			info->attr[i][1] = handle->attr[i].data;
			info->attr[i][2] = handle->attr[i].class;
		}
	}
	mutex_unlock(&dtk_core.registry_lock);
	return nr;
}
