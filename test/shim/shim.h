/* SPDX-License-Identifier: MIT */
/*
 * Steering of the kernel stand-in for tests: which CPU runs, which allocation fails, what time it is, what was
 * queued. shim.c implements it.
 */
#ifndef DT_TEST_SHIM_H
#define DT_TEST_SHIM_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHIM_MAX_CPUS	8u
#define SHIM_CPU_STRIDE	4096u

struct task_struct;
struct work_struct;
struct irq_work;
struct module;

/**
 * struct shim - the state of the machine
 * @cpu: the CPU that runs now
 * @offline: bits of CPUs that are offline
 * @context: 0 task, 1 softirq, 2 hardirq
 * @is_killed: the current task has been sent SIGKILL
 * @now_ns, @tick_ns: the clock, and how far every look at it moves it on
 * @fail_at: the n-th allocation from now on fails; 0 = none
 * @fail_on: once one has failed, all later ones do
 * @nr_live: allocations that were not freed
 * @hole, @hole_size: loads from there fault
 * @signal, @nr_panics, @nr_breakpoints: what destructive actions did
 * @kstack, @nr_kstack: what unwinding finds; @user_regs: registers of user space; @cwd: a struct path
 * @user, @user_copy: user memory: bytes at address @user are at @user_copy
 */
struct shim {
	unsigned int cpu;
	unsigned int nr_cpus;
	unsigned int offline;
	unsigned int cpus_locked;
	unsigned int context;
	bool is_nmi;
	bool is_killed;
	unsigned long irqs_off;
	__u64 now_ns;
	__u64 tick_ns;
	__u64 real_ns;
	__u64 random;
	__u64 mem_available;
	unsigned long fail_at;
	bool fail_on;
	long nr_live;
	unsigned long nr_allocs;
	unsigned long nr_wakeups;
	unsigned long nr_warnings;
	unsigned long nr_syncs;
	__u64 hole;
	__u64 hole_size;
	__u64 user;
	void *user_copy;
	__u64 user_size;
	struct task_struct *task;
	__u32 netns;
	__u64 cpu_ns;
	int signal;
	unsigned int nr_panics;
	unsigned int nr_breakpoints;
	const __u64 *kstack;
	__u32 nr_kstack;
	void *user_regs;
	__u64 cwd;
};

#ifdef __cplusplus
extern "C" {
#endif

extern struct shim shim;

/* Back to one fresh machine of two CPUs. Memory that is still allocated stays counted. */
void shim_reset(void);
/* Run what was queued, until nothing is. */
void shim_run_pending(void);
bool shim_is_hole(__u64 addr, __u64 size);
/* The load of dtc_load(): words around the end of an object are none of the sanitizer's business. */
void shim_load(void *dst, const void *src, size_t size);

void *shim_alloc(size_t size, unsigned int gfp);
void *shim_alloc_percpu(size_t size);
void shim_free(const void *mem);
void shim_lock(int *is_held, const char *name);
void shim_unlock(int *is_held, const char *name);
void shim_warn(const char *what, const char *file, int line);
void shim_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
void shim_might_sleep(const char *file, int line);
bool shim_queue_work(struct work_struct *work);
bool shim_cancel_work(struct work_struct *work);
bool shim_flush_work(struct work_struct *work);
bool shim_queue_irq_work(struct irq_work *work);
void shim_sync_irq_work(struct irq_work *work);
bool shim_module_get(struct module *module);
void shim_module_put(struct module *module);

#ifdef __cplusplus
}
#endif

#endif /* DT_TEST_SHIM_H */
