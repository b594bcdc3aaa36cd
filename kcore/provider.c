// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of providers: registering and unregistering, the calls of their ops, references on their
 * modules. Entry points: dtrace_provider_register() and _unregister() for modules, dtk_provider_*()
 * for the core. What is refused, and why, is in provider_check.c.
 * Context: process; ops are called under dtk_core.ops_lock only.
 */
#include "core.h"
#include "ecb.h"
#include "enabling.h"
#include "match.h"

#define MAX_SEEN	16u	/* providers of one request, before they are sorted */

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
	struct dtrace_provider_handle *handle, *other;
	int err;

	err = dtk_provider_check(prov, owner, abi);
	if (err)
		return ERR_PTR(err);
	handle = kzalloc(sizeof(*handle), GFP_KERNEL);
	if (!handle)
		return ERR_PTR(-ENOMEM);
	/* What lies behind the end of ours is 0; what lies behind the end of theirs stays NULL. */
	memcpy(&handle->ops, prov->ops, min(prov->ops->size, sizeof(handle->ops)));
	handle->arg = prov->arg;
	handle->owner = owner;
	handle->refs = 1;
	memcpy(handle->attr, prov->attr, sizeof(handle->attr));
	strscpy(handle->name, prov->name, sizeof(handle->name));

	/* Somebody's request may take seconds: whoever loads the module need not wait for it. */
	if (mutex_lock_killable(&dtk_core.ops_lock)) {
		kfree(handle);
		return ERR_PTR(-EINTR);
	}
	mutex_lock(&dtk_core.registry_lock);
	other = provider_find(handle->name);
	if (other) {
		pr_err("dtrace: module %s: there is a provider %s already, of module %s\n",
		       dtk_owner_name(owner), handle->name, dtk_owner_name(other->owner));
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

	if (!handle->ops.destroy)
		return;
	dtk_op_begin();
	for (id = handle->min_id; handle->nr_probes && id <= handle->max_id; id++) {
		struct dtrace_probe *probe;

		mutex_lock(&dtk_core.registry_lock);
		probe = dtk_probe_by_id(reg, id);
		mutex_unlock(&dtk_core.registry_lock);
		if (probe && probe->prov == handle)
			handle->ops.destroy(handle->arg, probe, probe->priv);
	}
	dtk_op_end();
}

/* Takes its probes away from the consumers that have them. Context: ops_lock and registry_lock held. */
static void detach_probes(struct dtk_registry *reg, struct dtrace_provider_handle *handle)
{
	u32 id;

	for (id = handle->min_id; handle->nr_probes && id <= handle->max_id; id++) {
		struct dtrace_probe *probe = dtk_probe_by_id(reg, id);

		/* It stays: probes only go under ops_lock. */
		mutex_unlock(&dtk_core.registry_lock);
		if (probe && probe->prov == handle)
			dtk_ecb_detach_probes(&probe, 1);
		mutex_lock(&dtk_core.registry_lock);
	}
}

/* Context: ops_lock and registry_lock held; drops both. None of its probes is enabled. */
static void remove_provider(struct dtk_registry *reg, struct dtrace_provider_handle *handle)
{
	u32 nr = handle->nr_probes;

	list_del(&handle->link);
	handle->is_dead = true;
	mutex_unlock(&dtk_core.registry_lock);

	/* A late hit may still be in dtrace_fire() with a pointer to one of the probes. */
	dtk_sync_probes();
	destroy_probes(reg, handle);
	mutex_lock(&dtk_core.registry_lock);
	remove_probes(reg, handle);
	dtk_provider_put(handle);
	mutex_unlock(&dtk_core.registry_lock);
	mutex_unlock(&dtk_core.ops_lock);
	dtk_trace(DTK_TRACE_PROVIDER, 0, nr);
}

bool dtk_provider_is_listed(const struct dtrace_provider_handle *handle)
{
	const struct dtrace_provider_handle *one;

	lockdep_assert_held(&dtk_core.registry_lock);
	list_for_each_entry(one, &dtk_core.reg.providers, link) {
		if (one == handle)
			return true;
	}
	return false;
}

int dtrace_provider_unregister(struct dtrace_provider_handle *handle)
{
	struct dtk_registry *reg = &dtk_core.reg;
	int err = 0;

	if (dtk_op_refuses("dtrace_provider_unregister"))
		return -EDEADLK;
	/* Consumers that have left may still wait for their probes to be disarmed. */
	flush_delayed_work(&dtk_core.reap_work);
	mutex_lock(&dtk_core.ops_lock);
	mutex_lock(&dtk_core.registry_lock);
	if (!dtk_provider_is_listed(handle)) {
		pr_err("dtrace: dtrace_provider_unregister() of a provider that is not registered\n");
		err = -ENOENT;
	} else if (dtk_owner_is_starting(handle->owner)) {
		/* Its init fails, which cannot be put off: somebody was quick to enable what there was. */
		detach_probes(reg, handle);
	} else if (handle->nr_armed || has_enabled_probe(reg, handle)) {
		err = -EBUSY;
	}
	if (err) {
		mutex_unlock(&dtk_core.registry_lock);
		mutex_unlock(&dtk_core.ops_lock);
		return err;
	}
	remove_provider(reg, handle);
	return 0;
}
EXPORT_SYMBOL_GPL(dtrace_provider_unregister);

/* A provider of this module; NULL = none. Context: registry_lock held. */
static struct dtrace_provider_handle *provider_of(struct module *owner)
{
	struct dtrace_provider_handle *handle;

	list_for_each_entry(handle, &dtk_core.reg.providers, link) {
		if (owner && handle->owner == owner)
			return handle;
	}
	return NULL;
}

void dtk_provider_owner_gone(struct module *owner)
{
	struct dtk_registry *reg = &dtk_core.reg;
	struct dtrace_provider_handle *handle;

	for (;;) {
		/* Other people's modules do not wait for the ops of ours. */
		mutex_lock(&dtk_core.registry_lock);
		handle = provider_of(owner);
		mutex_unlock(&dtk_core.registry_lock);
		if (!handle)
			return;
		mutex_lock(&dtk_core.ops_lock);
		mutex_lock(&dtk_core.registry_lock);
		pr_err("dtrace: module %s goes without dtrace_provider_unregister(): provider %s is removed\n",
		       dtk_owner_name(owner), handle->name);
		/* Nothing of the module may be called any more. */
		memset(&handle->ops, 0, sizeof(handle->ops));
		detach_probes(reg, handle);
		remove_provider(reg, handle);
	}
}

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
		dtk_op_begin();
		err = dtk_op_result(handle, "provide", handle->ops.provide(handle->arg, desc));
		dtk_op_end();
		if (err && ((!is_any && !is_glob) || err == -EINTR))
			result = err;
		if (err == -EINTR)
			break;
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
	if (handle->ops.enable) {
		dtk_op_begin();
		err = dtk_op_result(handle, "enable", handle->ops.enable(handle->arg, probes, nr));
		dtk_op_end();
	}
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

	if (handle->ops.disable) {
		dtk_op_begin();
		handle->ops.disable(handle->arg, probes, nr);
		dtk_op_end();
	}
	for (i = 0; i < nr; i++)
		probes[i]->state &= ~DTK_PROBE_ARMED;
	handle->nr_armed -= nr;
	if (!handle->nr_armed)
		module_put(handle->owner);
}

/* Is each provider's batch in one piece? Mostly it is: clauses name one provider after the other. */
static bool is_grouped(struct dtrace_probe **probes, u32 nr)
{
	const struct dtrace_provider_handle *seen[MAX_SEEN];
	u32 at, i, nr_seen = 0;

	for (at = 0; at < nr; at += run_length(probes, nr, at)) {
		for (i = 0; i < nr_seen; i++) {
			if (seen[i] == probes[at]->prov)
				return false;
		}
		if (nr_seen == MAX_SEEN)
			return false;
		seen[nr_seen++] = probes[at]->prov;
	}
	return true;
}

static void group_probes(struct dtrace_probe **probes, u32 nr)
{
	if (!is_grouped(probes, nr))
		sort(probes, nr, sizeof(*probes), compare_probes, NULL);
}

int dtk_provider_arm(struct dtrace_probe **probes, u32 nr, struct dtk_log *log)
{
	u32 at, len;

	lockdep_assert_held(&dtk_core.ops_lock);
	group_probes(probes, nr);
	for (at = 0; at < nr; at += len) {
		struct dtrace_provider_handle *handle = probes[at]->prov;
		int err;

		len = run_length(probes, nr, at);
		err = arm_run(handle, probes + at, len);
		if (!err)
			continue;
		if (err == -EINTR)
			dtk_log_printf(log, "killed while provider %s enabled %u probes\n", handle->name, len);
		else if (err == -ENXIO)
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
	group_probes(probes, nr);
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
