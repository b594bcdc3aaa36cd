// SPDX-License-Identifier: GPL-2.0-only
/* 5.10: set_active_memcg(): allocations of a kernel thread are charged to a group of its choice.
 * Exports: get_mem_cgroup_from_mm int_active_memcg
 */
#include <linux/memcontrol.h>
#include <linux/sched/mm.h>

struct mem_cgroup *probe(struct mm_struct *mm);
struct mem_cgroup *probe(struct mm_struct *mm)
{
	struct mem_cgroup *memcg = get_mem_cgroup_from_mm(mm), *old = set_active_memcg(memcg);

	mem_cgroup_put(memcg);
	return old;
}
