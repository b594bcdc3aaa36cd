/* SPDX-License-Identifier: MIT */
/*
 * Processes and threads as the classic guide shows them: curpsinfo and curlwpsinfo. The translators read struct
 * task_struct by its kernel types; what needs a kernel lock comes from built-in variables and is right for the
 * current process only.
 */
inline int PR_MODEL_ILP32 = 1;
inline int PR_MODEL_LP64 = 2;

/* pr_state of lwpsinfo_t, and the letters of pr_sname */
inline int SSLEEP = 1;	/* S */
inline int SRUN = 2;	/* R */
inline int SZOMB = 3;	/* Z */
inline int SSTOP = 4;	/* T */
inline int SIDL = 5;	/* I */
inline int SONPROC = 6;	/* O */
inline int SWAIT = 7;	/* W */

inline int PRNODEV = -1;

/* pr_flag of lwpsinfo_t is the thread's flags as in the kernel's include/linux/sched.h */
inline int PF_EXITING = 0x4;
inline int PF_WQ_WORKER = 0x20;
inline int PF_KTHREAD = 0x200000;

typedef struct psinfo {
	int pr_flag;
	int pr_nlwp;		/* threads */
	int pr_nzomb;
	pid_t pr_pid;
	pid_t pr_ppid;
	pid_t pr_pgid;
	pid_t pr_sid;
	uid_t pr_uid;
	uid_t pr_euid;
	gid_t pr_gid;
	gid_t pr_egid;
	uintptr_t pr_addr;	/* struct task_struct */
	size_t pr_size;
	size_t pr_rssize;
	dev_t pr_ttydev;	/* controlling terminal, PRNODEV without */
	char pr_fname[16];
	string pr_psargs;	/* command line */
	int pr_wstat;
	int pr_argc;
	uintptr_t pr_argv;	/* user addresses */
	uintptr_t pr_envp;
	char pr_dmodel;		/* PR_MODEL_* */
	int pr_taskid;
	int pr_projid;
	int pr_poolid;
	int pr_zoneid;
	int pr_contract;
} psinfo_t;

typedef struct lwpsinfo {
	int pr_flag;
	id_t pr_lwpid;
	uintptr_t pr_addr;	/* struct task_struct */
	uintptr_t pr_wchan;
	char pr_stype;
	char pr_state;		/* SSLEEP... */
	char pr_sname;		/* its letter */
	char pr_nice;
	short pr_syscall;
	char pr_oldpri;
	char pr_cpu;
	int pr_pri;
	unsigned short pr_pctcpu;
	string pr_clname;	/* scheduling class */
	char pr_name[16];
	int pr_onpro;		/* CPU it ran on last */
	int pr_bindpro;
	int pr_bindpset;
} lwpsinfo_t;

translator psinfo_t < struct task_struct *T > {
	pr_flag = (int)T->flags;
	pr_nlwp = T->signal->nr_threads;
	pr_nzomb = 0;
	pr_pid = T->tgid;
	pr_ppid = T->real_parent->tgid;
	pr_pgid = T->signal->pids[PIDTYPE_PGID]->numbers[0].nr;
	pr_sid = T->signal->pids[PIDTYPE_SID]->numbers[0].nr;
	pr_uid = T->cred->uid.val;
	pr_euid = T->cred->euid.val;
	pr_gid = T->cred->gid.val;
	pr_egid = T->cred->egid.val;
	pr_addr = (uintptr_t)T;
	pr_ttydev = T->signal->tty == NULL ? (dev_t)PRNODEV :
	    (dev_t)(T->signal->tty->driver->major << 20 |
	    (T->signal->tty->driver->minor_start + T->signal->tty->index));
	pr_fname = T->comm;
	pr_psargs = T->group_leader == curthread->group_leader ? __psargs : stringof(T->comm);
	pr_wstat = T->exit_code;
	pr_argc = T->mm == NULL ? 0 : *(int *)copyin(T->mm->start_stack, sizeof (int));
	pr_argv = T->mm == NULL ? 0 : T->mm->start_stack + sizeof (uintptr_t);
	pr_envp = T->mm == NULL ? 0 : T->mm->start_stack + sizeof (uintptr_t) *
	    (2 + *(int *)copyin(T->mm->start_stack, sizeof (int)));
	pr_dmodel = T->thread_info.flags & (1 << 29) ? PR_MODEL_ILP32 : PR_MODEL_LP64;
	pr_taskid = 0;
	pr_projid = 0;
	pr_poolid = 0;
	pr_zoneid = 0;
	pr_contract = 0;
};

translator lwpsinfo_t < struct task_struct *T > {
	pr_flag = (int)T->flags;
	pr_lwpid = T->pid;
	pr_addr = (uintptr_t)T;
	pr_wchan = 0;
	pr_stype = 0;
	pr_state = T->exit_state != 0 ? SZOMB : T->on_cpu != 0 ? SONPROC :
	    T->__state == 0 ? SRUN : (T->__state & 0xc) != 0 ? SSTOP : SSLEEP;
	pr_state = T->exit_state != 0 ? SZOMB : T->on_cpu != 0 ? SONPROC :
	    T->state == 0 ? SRUN : (T->state & 0xc) != 0 ? SSTOP : SSLEEP;	/* before 5.14 */
	pr_sname = T->exit_state != 0 ? 'Z' : T->on_cpu != 0 ? 'O' :
	    T->__state == 0 ? 'R' : (T->__state & 0xc) != 0 ? 'T' : 'S';
	pr_sname = T->exit_state != 0 ? 'Z' : T->on_cpu != 0 ? 'O' :
	    T->state == 0 ? 'R' : (T->state & 0xc) != 0 ? 'T' : 'S';
	pr_syscall = 0;
	pr_pri = T->prio;
	pr_clname = T->policy == 0 || T->policy == 3 || T->policy == 5 ? "TS" : "RT";
	pr_name = T->comm;
	pr_onpro = T->thread_info.cpu;
	pr_onpro = T->cpu;	/* before 5.16 */
	pr_bindpro = -1;
	pr_bindpset = -1;
};

inline psinfo_t *curpsinfo = xlate <psinfo_t *> (curthread);
inline lwpsinfo_t *curlwpsinfo = xlate <lwpsinfo_t *> (curthread);
