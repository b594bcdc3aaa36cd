/* SPDX-License-Identifier: MIT */
/*
 * The CPU that fires: curcpu, chip, pset, lgrp. Linux has no processor sets and no locality groups: 0.
 */
inline int CPU_OFFLINE = 0;
inline int CPU_ONLINE = 1;

inline int SCHED_OTHER = 0;
inline int SCHED_NORMAL = 0;
inline int SCHED_FIFO = 1;
inline int SCHED_RR = 2;
inline int SCHED_BATCH = 3;
inline int SCHED_IDLE = 5;
inline int SCHED_DEADLINE = 6;

typedef int processorid_t;
typedef int psetid_t;
typedef int chipid_t;
typedef int lgrp_id_t;

typedef struct cpuinfo {
	processorid_t cpu_id;
	psetid_t cpu_pset;
	chipid_t cpu_chip;	/* physical package */
	lgrp_id_t cpu_lgrp;
} cpuinfo_t;

translator cpuinfo_t < int C > {
	cpu_id = C;
	cpu_pset = 0;
	cpu_chip = ((struct cpuinfo_x86 *)((uintptr_t)&`cpu_info +
	    `__per_cpu_offset[C]))->topo.pkg_id;
	cpu_chip = ((struct cpuinfo_x86 *)((uintptr_t)&`cpu_info +
	    `__per_cpu_offset[C]))->phys_proc_id;	/* before 6.7 */
	cpu_lgrp = 0;
};

inline cpuinfo_t *curcpu = xlate <cpuinfo_t *> (cpu);
inline chipid_t chip = curcpu->cpu_chip;
inline psetid_t pset = curcpu->cpu_pset;
inline lgrp_id_t lgrp = curcpu->cpu_lgrp;
