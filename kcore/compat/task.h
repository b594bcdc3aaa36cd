/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: what runs now - the context, and an identity of the thread that nobody inherits.
 *
 * Included by os.h; the shim has its own versions. Context of everything here: any, interrupts off.
 */
#ifndef _DTK_COMPAT_TASK_H
#define _DTK_COMPAT_TASK_H

#include <linux/cred.h>
#include <linux/nsproxy.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/prio.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <net/net_namespace.h>

/* DTRACE_IPL_x of dif.h. Softirqs that are merely disabled do not count. */
static __always_inline unsigned int dtc_context(void)
{
	unsigned int count = preempt_count();

	if (likely(!(count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))))
		return 0;
	if (count & NMI_MASK)
		return 3;
	return count & HARDIRQ_MASK ? 2 : 1;
}

/*
 * Two words that stand for the running thread: its task_struct, whose address may be used again, and when it started.
 * In interrupt context they stand for the CPU and the kind of interrupt, not for whoever was interrupted.
 */
static __always_inline void dtc_thread_key(u64 key[2])
{
	unsigned int context = dtc_context();

	if (likely(!context)) {
		key[0] = (u64)(uintptr_t)current;
		key[1] = current->start_time;
	} else {
		key[0] = (u64)smp_processor_id() << 8 | context;
		key[1] = ~0ull;
	}
}

/*
 * Members of tasks. Pointers to other tasks are RCU-protected; interrupts are off, which is a read-side section.
 */
static __always_inline s64 dtc_task_tgid(const struct task_struct *task)
{
	return task->tgid;
}

static __always_inline s64 dtc_task_pid(const struct task_struct *task)
{
	return task->pid;
}

static __always_inline struct task_struct *dtc_task_parent(const struct task_struct *task)
{
	return (struct task_struct *)READ_ONCE(task->real_parent);
}

static __always_inline struct task_struct *dtc_task_leader(const struct task_struct *task)
{
	return task->group_leader;
}

static __always_inline const char *dtc_task_comm(const struct task_struct *task)
{
	return task->comm;
}

static __always_inline u64 dtc_task_start_ns(const struct task_struct *task)
{
	return task->start_boottime;
}

static __always_inline s64 dtc_task_prio(const struct task_struct *task)
{
	return task->prio;
}

static __always_inline s64 dtc_task_nice(const struct task_struct *task)
{
	return PRIO_TO_NICE(task->static_prio);
}

static __always_inline u64 dtc_current_uid(void)
{
	return __kuid_val(current_cred()->uid);
}

static __always_inline u64 dtc_current_gid(void)
{
	return __kgid_val(current_cred()->gid);
}

/* Process group and session in the initial namespace; 0 for a task that is going away. */
static __always_inline s64 dtc_current_pgid(void)
{
	struct pid *pid = READ_ONCE(current->signal->pids[PIDTYPE_PGID]);

	return pid ? pid->numbers[0].nr : 0;
}

static __always_inline s64 dtc_current_sid(void)
{
	struct pid *pid = READ_ONCE(current->signal->pids[PIDTYPE_SID]);

	return pid ? pid->numbers[0].nr : 0;
}

/* Inode of the network namespace; 0 = the initial one, or none. */
static __always_inline u32 dtc_current_netns(void)
{
	struct nsproxy *ns = READ_ONCE(current->nsproxy);

	return ns && ns->net_ns != &init_net ? ns->net_ns->ns.inum : 0;
}

/* Where a process keeps its arguments. */
static __always_inline bool dtc_current_args(u64 *begin, u64 *size)
{
	struct mm_struct *mm = current->mm;

	if (!mm || current->flags & PF_KTHREAD || in_nmi())
		return false;
	*begin = READ_ONCE(mm->arg_start);
	*size = READ_ONCE(mm->arg_end) - *begin;
	return true;
}

/*
 * ns that the running thread has had a CPU: what the scheduler has booked, and what has passed since. The scheduler's
 * clock may stand a little behind, so the second part is never negative.
 */
static __always_inline u64 dtc_current_cpu_ns(void)
{
	s64 slice = (s64)(local_clock() - READ_ONCE(current->se.exec_start));

	return READ_ONCE(current->se.sum_exec_runtime) + (slice > 0 ? slice : 0);
}

#endif /* _DTK_COMPAT_TASK_H */
