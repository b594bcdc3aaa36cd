// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where functions are left: found the first time their return probes are armed, and kept. All functions of a request
 * are decoded together, and many of them on several CPUs at once. Entry point: fbt_returns_find().
 * Context: process, under the core's mutex, text locked.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include "fbt.h"

#define FEW_RETURNS	64u
#define CHUNK		256u	/* functions that a CPU takes at a time */
#define MANY		2048u
#define MAX_WORKERS	8u

struct todo {
	const struct fbt_image *fi;
	struct fbt_func *ff;
};

struct job;
struct worker {
	struct work_struct work;
	struct job *job;
};

struct job {
	struct todo *todo;
	u32 nr;
	u32 cap;
	atomic_t next;
	struct dtrace_text_walk walk;
	struct worker worker[MAX_WORKERS];
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

static void take_part(struct job *job)
{
	struct dtrace_text_walk walk;
	u32 at, end;

	dtrace_text_walk_join(&walk, &job->walk);
	for (;;) {
		at = atomic_add_return(CHUNK, &job->next) - CHUNK;
		if (at >= job->nr)
			return;
		for (end = min(at + CHUNK, job->nr); at < end; at++)
			find(&walk, job->todo[at].fi, job->todo[at].ff);
		cond_resched();
	}
}

static void work(struct work_struct *work)
{
	take_part(container_of(work, struct worker, work)->job);
}

/* This task does it all if nobody comes to help. */
static void run(struct job *job)
{
	u32 nr_workers = min3(job->nr / (2 * CHUNK), num_online_cpus() - 1, MAX_WORKERS), i;

	dtrace_text_walk_begin(&job->walk);
	if (job->nr >= MANY)
		dtrace_text_walk_many(&job->walk);
	for (i = 0; i < nr_workers; i++) {
		job->worker[i].job = job;
		INIT_WORK(&job->worker[i].work, work);
		queue_work(system_unbound_wq, &job->worker[i].work);
	}
	take_part(job);
	for (i = 0; i < nr_workers; i++)
		cancel_work_sync(&job->worker[i].work);
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
	for (i = 0; i < job->nr && !err; i++) {
		if (!job->todo[i].ff->returns)
			err = -ENOMEM;
	}
	kvfree(job->todo);
	kfree(job);
	return err;
}
