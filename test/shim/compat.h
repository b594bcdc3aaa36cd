/* SPDX-License-Identifier: MIT */
/*
 * Stand-ins for kcore/compat/{task,effect,unwind,mount}.h: the thread that runs, signals, stacks, and kernel objects
 * with names. Included at the end of os.h.
 */
#ifndef DT_TEST_SHIM_COMPAT_H
#define DT_TEST_SHIM_COMPAT_H

#include "compat/lock.h"

/* ---- the thread ---- */

static inline s64 dtc_task_tgid(const struct task_struct *task)
{
	return task->tgid;
}

static inline s64 dtc_task_pid(const struct task_struct *task)
{
	return task->pid;
}

static inline struct task_struct *dtc_task_parent(const struct task_struct *task)
{
	return task->parent;
}

static inline struct task_struct *dtc_task_leader(const struct task_struct *task)
{
	return (struct task_struct *)task;
}

static inline const char *dtc_task_comm(const struct task_struct *task)
{
	return task->comm;
}

static inline u64 dtc_task_start_ns(const struct task_struct *task)
{
	return task->start_time;
}

#define dtc_task_prio(task)	((s64)120)
#define dtc_task_nice(task)	((s64)0)
#define dtc_current_uid()	((u64)current->uid)
#define dtc_current_gid()	((u64)current->gid)
#define dtc_current_pgid()	((s64)current->tgid)
#define dtc_current_sid()	((s64)current->tgid)
#define dtc_current_netns()	shim.netns
#define dtc_current_cpu_ns()	shim.cpu_ns

static inline bool dtc_current_args(u64 *begin, u64 *size)
{
	*begin = shim.user;
	*size = shim.user_size;
	return shim.user_copy;
}

/* ---- effects: remembered ---- */

#define DTC_SIGSTOP		19
#define DTC_NSIG		64
#define dtc_signal_current(sig)	((void)(shim.signal = (int)(sig)))
#define dtc_signal_exit()	((void)0)
#define dtc_panic(epid)		((void)(shim.nr_panics++))
#define dtc_breakpoint()	((void)(shim.nr_breakpoints++))

/* ---- stacks: the kernel's is given, the user's is in user memory ---- */

static inline u32 shim_unwind(u64 *pcs, u32 nr, u32 max)
{
	u32 i;

	for (i = 0; i < shim.nr_kstack && nr < max; i++, nr++)
		if (pcs)
			pcs[nr] = shim.kstack[i];
	return nr;
}

#define DTC_ENTRY_CALL		5u

static inline u32 dtc_unwind_regs(struct pt_regs *regs, bool with_pc, u32 back, u64 *pcs, u32 max)
{
	if (with_pc && pcs)
		pcs[0] = regs->ip - back;
	return shim_unwind(pcs, with_pc, max);
}

static inline u32 dtc_unwind_from(const void *object, u64 *pcs, u32 max)
{
	return shim_unwind(pcs, 0, max);
}

#define dtc_user_regs()		((const struct pt_regs *)shim.user_regs)
#define dtc_regs_pc(regs)	((u64)(regs)->word[16])
#define dtc_regs_sp(regs)	((u64)(regs)->word[19])
#define dtc_regs_fp(regs)	((u64)(regs)->word[4])
#define dtc_regs_in_syscall(regs) ((long)(regs)->word[15] >= 0)
#define dtc_entry_has_reg(index)	((index) < 21 && (1ul << (index) & 0x97f10))

static inline bool dtc_user_frame(const struct pt_regs *regs, u64 fp, u64 *next, u64 *pc)
{
	u64 words[2];

	if ((fp & 7) || dtc_copy_from_user(words, fp, sizeof(words)))
		return false;
	*next = words[0];
	*pc = words[1];
	return true;
}

static inline bool dtc_ends_in_call(const u8 code[8])
{
	return code[3] == 0xe8;
}

/* ---- whose memory it is: nobody's ---- */

struct mem_cgroup;
#define dtc_memcg_get()		((struct mem_cgroup *)NULL)
#define dtc_memcg_put(memcg)	((void)(memcg))

static inline struct mem_cgroup *dtc_memcg_enter(struct mem_cgroup *memcg)
{
	return memcg;
}

/* ---- names of files ---- */

struct dentry {
	u64 d_parent;
	u64 name;
	u32 len;
	u64 d_inode;
	u64 d_sb;
};
struct vfsmount {
	u64 mnt_root;
};
struct path {
	u64 mnt;
	u64 dentry;
};
struct dtc_mount_head {
	u64 parent;
	u64 mountpoint;
	struct vfsmount mnt;
};
struct shim_sb {
	u64 flags;
	u64 type;
};

#define DTC_DENTRY_PARENT	offsetof(struct dentry, d_parent)
#define DTC_DENTRY_NAME		offsetof(struct dentry, name)
#define DTC_DENTRY_LEN		offsetof(struct dentry, len)
#define DTC_DENTRY_INODE	offsetof(struct dentry, d_inode)
#define DTC_DENTRY_SB		offsetof(struct dentry, d_sb)
#define DTC_INODE_INO		0
#define DTC_SB_FLAGS		offsetof(struct shim_sb, flags)
#define DTC_SB_TYPE		offsetof(struct shim_sb, type)
#define DTC_FSTYPE_NAME		0
#define DTC_SB_NOUSER		1
#define DTC_VFSMOUNT_ROOT	offsetof(struct vfsmount, mnt_root)
#define dtc_current_cwd()	shim.cwd
#define dtc_current_root()	shim.cwd

#endif /* DT_TEST_SHIM_COMPAT_H */
