/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: whose memory it is that a worker allocates for a consumer. Included by os.h; the shim has its own.
 * Where the kernel cannot be told, what a worker allocates is charged to nobody.
 */
#ifndef _DTK_COMPAT_MEMCG_H
#define _DTK_COMPAT_MEMCG_H

#include <linux/memcontrol.h>
#include <linux/sched/mm.h>
#include "config.h"

/* The running process's group; a reference, or NULL. Context: process. */
static inline struct mem_cgroup *dtc_memcg_get(void)
{
#ifdef DT_HAVE_ACTIVE_MEMCG
	return get_mem_cgroup_from_mm(current->mm);
#else
	return NULL;
#endif
}

static inline void dtc_memcg_put(struct mem_cgroup *memcg)
{
#ifdef DT_HAVE_ACTIVE_MEMCG
	if (memcg)
		mem_cgroup_put(memcg);
#endif
}

/* From here on __GFP_ACCOUNT means this group. Return: what it meant before, for the same call. Context: process. */
static inline struct mem_cgroup *dtc_memcg_enter(struct mem_cgroup *memcg)
{
#ifdef DT_HAVE_ACTIVE_MEMCG
	return set_active_memcg(memcg);
#else
	return NULL;
#endif
}

#endif /* _DTK_COMPAT_MEMCG_H */
