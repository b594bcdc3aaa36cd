// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arming and disarming hooks: dtrace_hooks_arm(), dtrace_hooks_disarm(). Context: process, may sleep.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <dtrace/provider.h>
#include "ksym.h"
#include "site.h"
#include "stub.h"

#define STUCK_RETRY	(HZ / 2)
#define POKE_SLICE	16384u	/* sites written to in one go; in between others may have the text */

/* Sites whose text changes in this request. */
struct batch {
	struct dtk_site **entry;
	struct dtk_site **poke;
	u32 nr_entry;
	u32 nr_poke;
};

static int batch_init(struct batch *batch, u32 nr, gfp_t flags)
{
	memset(batch, 0, sizeof(*batch));
	batch->entry = kvmalloc_array(nr, 2 * sizeof(*batch->entry), GFP_KERNEL | flags);
	if (!batch->entry)
		return -ENOMEM;
	batch->poke = batch->entry + nr;
	return 0;
}

static void batch_exit(struct batch *batch)
{
	kvfree(batch->entry);
}

static void batch_add(struct batch *batch, struct dtk_site *site)
{
	site->is_queued = true;
	if (site->kind == DTK_SITE_ENTRY)
		batch->entry[batch->nr_entry++] = site;
	else
		batch->poke[batch->nr_poke++] = site;
}

static void batch_unqueue(struct batch *batch)
{
	u32 i;

	for (i = 0; i < batch->nr_entry; i++)
		batch->entry[i]->is_queued = false;
	for (i = 0; i < batch->nr_poke; i++)
		batch->poke[i]->is_queued = false;
}

/* A site for the address. Return: DTRACE_REFUSED_x. */
static enum dtrace_refusal get_site(struct dtrace_hook *hook, struct dtk_site **found)
{
	struct dtk_site *site = dtk_site_find(hook->addr), made;
	enum dtrace_refusal refusal;

	if (site) {
		*found = site;
		return site->state == DTK_SITE_STUCK ? DTRACE_REFUSED_KPROBE : DTRACE_REFUSED_NOT;
	}
	refusal = dtk_site_analyse(&made, hook->addr, hook->func);
	if (!refusal && made.kind != DTK_SITE_ENTRY && !dtk_guard_is_on() && !dtk_reserved_is_exempt(hook->addr))
		refusal = DTRACE_REFUSED_FEATURE;
	if (!refusal && made.kind == DTK_SITE_TRAP)
		refusal = dtk_slot_make(&made);
	if (!refusal && made.kind == DTK_SITE_JUMP && !dtk_stub_is_free())
		refusal = DTRACE_REFUSED_STUBS;
	site = refusal ? NULL : dtk_site_create(&made);
	if (!refusal && !site)
		refusal = DTRACE_REFUSED_MEMORY;
	if (refusal) {
		dtk_slot_free(&made);
		kfree(made.insn);
		return refusal;
	}
	if (site->kind == DTK_SITE_JUMP)
		dtk_stub_assign(site);
	*found = site;
	return DTRACE_REFUSED_NOT;
}

/* Readers may be walking the list: the last link is written last. */
static void append(struct dtk_site *site, struct dtrace_hook *hook)
{
	struct dtrace_hook **link = &site->hooks;

	while (*link)
		link = &(*link)->next;
	hook->next = NULL;
	hook->site = site;
	if (hook->is_always)
		atomic_inc(&dtrace_hits_wanted);
	smp_store_release(link, hook);
}

/* The hook's own link stays as it is, for those who stand on it. */
static void unlink(struct dtrace_hook *hook)
{
	struct dtrace_hook **link = &hook->site->hooks;

	while (*link && *link != hook)
		link = &(*link)->next;
	if (!*link)
		return;
	WRITE_ONCE(*link, hook->next);
	if (hook->is_always)
		atomic_dec(&dtrace_hits_wanted);
}

/* Return: 0 or -EINTR; those that have a site then are attached. */
static int attach_all(struct dtrace_hook *const *hooks, u32 nr, struct batch *batch)
{
	int err = 0;
	u32 i;

	for (i = 0; i < nr; i++)
		hooks[i]->site = NULL;
	for (i = 0; i < nr && !err; i++) {
		struct dtrace_hook *hook = hooks[i];
		struct dtk_site *site;

		if (i % DTK_PAUSE_EVERY == 0)
			err = dtrace_op_pause();
		if (err)
			break;
		hook->refused = get_site(hook, &site);
		if (hook->refused)
			continue;
		append(site, hook);
		if (site->state == DTK_SITE_IDLE && !site->is_queued)
			batch_add(batch, site);
	}
	batch_unqueue(batch);
	return err;
}

/* Hooks on places that could not be patched. Return: number of refused hooks. */
static u32 refuse_rest(struct dtrace_hook *const *hooks, u32 nr)
{
	u32 i, refused = 0;

	for (i = 0; i < nr; i++) {
		struct dtrace_hook *hook = hooks[i];

		if (hook->site && hook->site->state != DTK_SITE_ARMED) {
			unlink(hook);
			hook->site = NULL;
			hook->refused = DTRACE_REFUSED_CHANGED;
		}
		refused += hook->refused != DTRACE_REFUSED_NOT;
	}
	return refused;
}

static void detach_all(struct dtrace_hook *const *hooks, u32 nr, struct batch *batch)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		struct dtk_site *site = hooks[i]->site;

		if (i % DTK_PAUSE_EVERY == 0)
			cond_resched();
		if (!site)
			continue;
		unlink(hooks[i]);
		if (!site->hooks && site->state == DTK_SITE_ARMED && !site->is_queued)
			batch_add(batch, site);
	}
	batch_unqueue(batch);
}

/* ---- places where somebody has written over our bytes: tried again until they let go ---- */

static void retry_stuck(struct work_struct *work);
static DECLARE_DELAYED_WORK(stuck_work, retry_stuck);

static void set_stuck(u32 nr)
{
	if (nr && !dtk_patch.nr_stuck) {
		/* Text refers to the stubs: this module must stay. */
		__module_get(THIS_MODULE);
		schedule_delayed_work(&stuck_work, STUCK_RETRY);
	} else if (!nr && dtk_patch.nr_stuck) {
		module_put(THIS_MODULE);
	}
	dtk_patch.nr_stuck = nr;
}

static void retry_stuck(struct work_struct *work)
{
	u32 i, left = 0;

	mutex_lock(&dtk_patch.lock);
	for (i = 0; i < dtk_patch.nr_sites; i++) {
		struct dtk_site *site = dtk_patch.site[i];

		if (site && site->state == DTK_SITE_STUCK)
			left += dtk_poke_sites(&site, 1, false) != 0;
	}
	if (left)
		schedule_delayed_work(&stuck_work, STUCK_RETRY);
	set_stuck(left);
	mutex_unlock(&dtk_patch.lock);
}

void dtk_hooks_exit(void)
{
	cancel_delayed_work_sync(&stuck_work);
}

/* ---- entry points ---- */

static void disarm_batch(struct batch *batch)
{
	u32 at, nr;

	dtk_entry_disarm(batch->entry, batch->nr_entry);
	for (at = 0; at < batch->nr_poke; at += nr) {
		int left;

		nr = min(batch->nr_poke - at, POKE_SLICE);
		left = dtk_poke_sites(batch->poke + at, nr, false);
		set_stuck(dtk_patch.nr_stuck + max(left, 0));
		cond_resched();
	}
}

/* Return: 0 or -errno. Those that are left alone stay idle: refuse_rest() finds them. */
static int arm_batch(const struct batch *batch)
{
	u32 at, nr, total = batch->nr_entry + batch->nr_poke;
	int err;

	dtrace_op_progress(0, total);
	err = dtk_entry_arm(batch->entry, batch->nr_entry, total);
	for (at = 0; at < batch->nr_poke && !err; at += nr) {
		dtrace_op_progress(batch->nr_entry + at, total);
		nr = min(batch->nr_poke - at, POKE_SLICE);
		err = dtrace_op_pause();
		if (!err)
			err = min(dtk_poke_sites(batch->poke + at, nr, true), 0);
	}
	return err;
}

static int arm_locked(struct dtrace_hook *const *hooks, u32 nr, struct batch *batch)
{
	struct batch none;
	int err = dtk_patch.can_patch ? dtk_reserved_update() : 0;

	if (!err)
		err = dtk_sites_reserve(nr);
	if (err)
		return err;
	if (dtk_patch.can_patch) {
		/* Without it every place but entries is refused. */
		dtk_guard_init();
		dtk_k_wait_for_kprobe_optimizer();
		dtk_kprobes_read(&dtk_patch.kprobes);
	}
	err = attach_all(hooks, nr, batch);
	if (!err)
		err = arm_batch(batch);
	if (!err)
		return refuse_rest(hooks, nr);

	/* All or nothing: what was armed before in this request goes as well. */
	if (batch_init(&none, nr, __GFP_NOFAIL))
		return err;
	detach_all(hooks, nr, &none);
	disarm_batch(&none);
	batch_exit(&none);
	dtk_patch_sync_cpus();
	return err;
}

int dtrace_hooks_arm(struct dtrace_hook *const *hooks, unsigned int nr)
{
	struct batch batch;
	int err;

	if (!nr)
		return 0;
	err = batch_init(&batch, nr, 0);
	if (err)
		return err;
	err = dtrace_text_lock_killable();
	if (!err) {
		mutex_lock(&dtk_patch.lock);
		err = arm_locked(hooks, nr, &batch);
		mutex_unlock(&dtk_patch.lock);
		dtrace_text_unlock();
	}
	batch_exit(&batch);
	return err;
}
EXPORT_SYMBOL_GPL(dtrace_hooks_arm);

void dtrace_hooks_disarm(struct dtrace_hook *const *hooks, unsigned int nr)
{
	struct batch batch;

	if (!nr)
		return;
	batch_init(&batch, nr, __GFP_NOFAIL);
	mutex_lock(&dtk_patch.lock);
	detach_all(hooks, nr, &batch);
	disarm_batch(&batch);
	mutex_unlock(&dtk_patch.lock);
	batch_exit(&batch);
	dtk_patch_sync_cpus();
}
EXPORT_SYMBOL_GPL(dtrace_hooks_disarm);

/* ---- for /proc/dtrace ---- */

static void list_owners(const struct dtk_site *site, struct dtrace_site_info *info)
{
	const struct dtrace_hook *hook;
	size_t len = 0;

	strscpy(info->owners, "-", sizeof(info->owners));
	for (hook = site->hooks; hook; hook = hook->next) {
		int more = scnprintf(info->owners + len, sizeof(info->owners) - len, "%s%s",
				     len ? "," : "", hook->owner ?: "?");

		len += more;
	}
}

bool dtrace_site_info(unsigned long addr, struct dtrace_site_info *info)
{
	struct dtk_site *site;

	if (mutex_lock_killable(&dtk_patch.lock))
		return false;
	site = dtk_site_find(addr);
	if (site) {
		info->index = site->index;
		info->hits = dtk_site_hits(site);
		info->late = READ_ONCE(site->late);
		info->length = site->len;
		info->opcode = site->kind == DTK_SITE_ENTRY ? *(u8 *)addr : site->orig[0];
		memcpy(info->bytes, site->kind == DTK_SITE_ENTRY ? (u8 *)addr : site->orig,
		       sizeof(info->bytes));
		list_owners(site, info);
	}
	mutex_unlock(&dtk_patch.lock);
	return site;
}
EXPORT_SYMBOL_GPL(dtrace_site_info);
