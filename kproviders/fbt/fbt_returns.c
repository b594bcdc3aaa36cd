// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where functions are left: found the first time their return probes are armed, and kept. All functions of a request
 * are decoded together, and many of them on several CPUs at once. Entry points: fbt_returns_find(), under the core's
 * mutex, text locked; fbt_returns_ahead(). Context: process.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "compat/workqueue.h"
#include "fbt.h"

#define FEW_RETURNS	64u
#define PART		256u	/* functions that a CPU takes at a time */
#define MANY		2048u
#define AHEAD_PART	1024u	/* functions between two looks whether somebody waits: 5 ms */

struct todo {
	const struct fbt_image *fi;
	struct fbt_func *ff;
};

struct job {
	struct todo *todo;
	u32 nr;
	u32 cap;
	bool is_over;
	struct dtrace_text_walk walk;
};

/* Without memory the function stays without its places. */
static void find(struct dtrace_text_walk *walk, const struct fbt_image *fi, struct fbt_func *ff)
{
	const struct dtrace_func *func = &fi->image->func[ff - fi->func];
	struct dtrace_return few[FEW_RETURNS], *found = few;
	struct fbt_returns *returns;
	u32 nr, i;

	nr = dtrace_func_returns(walk, fi->image, func, few, FEW_RETURNS);
	if (nr > FEW_RETURNS) {
		found = kvmalloc_array(nr, sizeof(*found), GFP_KERNEL);
		if (!found)
			return;
		nr = min(nr, dtrace_func_returns(walk, fi->image, func, found, nr));
	}
	returns = kmalloc(struct_size(returns, place, nr), GFP_KERNEL);
	if (returns) {
		returns->nr = nr;
		for (i = 0; i < nr; i++) {
			returns->place[i].offset = found[i].addr - func->addr;
			returns->place[i].is_indirect = found[i].is_indirect;
		}
		ff->returns = returns;
	}
	if (found != few)
		kvfree(found);
}

static void take_part(void *arg, u32 begin, u32 end)
{
	struct job *job = arg;
	struct dtrace_text_walk walk;

	/* Only the op's own task is told; the others hear of it here. */
	if (dtrace_op_pause())
		WRITE_ONCE(job->is_over, true);
	dtrace_text_walk_join(&walk, &job->walk);
	for (; begin < end && !READ_ONCE(job->is_over); begin++)
		find(&walk, job->todo[begin].fi, job->todo[begin].ff);
}

static void run(struct job *job)
{
	dtrace_text_walk_begin(&job->walk);
	if (job->nr >= MANY)
		dtrace_text_walk_many(&job->walk);
	dtrace_split(job->nr, PART, take_part, job);
	dtrace_text_walk_end(&job->walk);
}

static int add(struct job *job, const struct fbt_image *fi, struct fbt_func *ff)
{
	if (job->nr == job->cap) {
		u32 cap = max(job->cap * 2, 64u);
		struct todo *grown = kvmalloc_array(cap, sizeof(*grown), GFP_KERNEL);

		if (!grown)
			return -ENOMEM;
		if (job->nr)
			memcpy(grown, job->todo, job->nr * sizeof(*grown));
		kvfree(job->todo);
		job->todo = grown;
		job->cap = cap;
	}
	job->todo[job->nr++] = (struct todo){ fi, ff };
	return 0;
}

static int collect(struct job *job, struct dtrace_probe *const *probes, unsigned int nr)
{
	struct fbt_image *fi = NULL;
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr && !err; i++) {
		void *priv = dtrace_probe_priv(probes[i]);
		struct fbt_func *ff = fbt_priv_func(priv);

		if (fbt_priv_side(priv) != FBT_RETURN)
			continue;
		if (!fbt_image_holds(fi, ff))
			fi = fbt_discover_image(ff);
		while (fi && !err) {
			if (!ff->returns)
				err = add(job, fi, ff);
			if (!ff->next_same)
				break;
			ff = &fi->func[ff->next_same - 1];
		}
	}
	return err;
}

/* ---- ahead of arming, while probes are being made and the consumer still reads their names ---- */

static void go_ahead(struct work_struct *work);

static struct {
	struct work_struct work;
	bool is_over;
} ahead = {
	.work = __WORK_INITIALIZER(ahead.work, go_ahead),
};

/* Functions of the kernel's image from @first on. Return: where to go on, 0 = done. */
static u32 look_ahead(struct fbt_image *fi, u32 first)
{
	u32 nr = min(fi->image->nr - first, AHEAD_PART), i;
	struct dtrace_text_walk walk;

	dtrace_text_walk_begin(&walk);
	dtrace_text_walk_many(&walk);
	for (i = 0; i < nr && !READ_ONCE(ahead.is_over); i++) {
		u32 flags = fi->image->func[first + i].flags;

		if (!fi->func[first + i].returns && (flags & DTRACE_FUNC_TRACEABLE) &&
		    !(flags & DTRACE_FUNC_ALIAS))
			find(&walk, fi, &fi->func[first + i]);
	}
	dtrace_text_walk_end(&walk);
	return first + nr < fi->image->nr ? first + nr : 0;
}

static int is_kernel(struct dtrace_image *image, void *arg)
{
	struct fbt_image **found = arg;

	if (image->mod)
		return 0;
	*found = fbt_image(image);
	return 1;
}

static void go_ahead(struct work_struct *work)
{
	struct fbt_image *fi = NULL;
	u32 at = 0;

	/* Whoever wants to arm something, or a module that comes, waits for one part. */
	do {
		dtrace_text_lock_shared();
		dtrace_images_walk_locked(is_kernel, &fi);
		at = fi ? look_ahead(fi, at) : 0;
		dtrace_text_unlock_shared();
		cond_resched();
	} while (at && !READ_ONCE(ahead.is_over));
}

void fbt_returns_ahead(void)
{
	if (num_online_cpus() == 1)
		return;
	WRITE_ONCE(ahead.is_over, false);
	queue_work(dtc_unbound_wq(), &ahead.work);
}

void fbt_returns_ahead_stop(void)
{
	WRITE_ONCE(ahead.is_over, true);
	cancel_work_sync(&ahead.work);
}

/* ---- for a request ---- */

int fbt_returns_find(struct dtrace_probe *const *probes, unsigned int nr)
{
	struct job *job = kzalloc(sizeof(*job), GFP_KERNEL);
	int err;
	u32 i;

	if (!job)
		return -ENOMEM;
	err = collect(job, probes, nr);
	if (!err && job->nr)
		run(job);
	if (!err && job->is_over)
		err = -EINTR;
	for (i = 0; i < job->nr && !err; i++) {
		if (!job->todo[i].ff->returns)
			err = -ENOMEM;
	}
	kvfree(job->todo);
	kfree(job);
	return err;
}
