// SPDX-License-Identifier: MIT
/*
 * The machine behind test/shim/os.h: memory that can fail, locks that know their holder, queues that run when a
 * test says so.
 */
#include "os.h"

#include <stdio.h>
#include <stdlib.h>

static struct task_struct first_task = {
	.start_time = 1000, .pid = 4242, .tgid = 4200, .uid = 1000, .gid = 100, .comm = "shim-task",
	.parent = &first_task,
};

struct shim shim = {
	.nr_cpus = 2,
	.now_ns = 1000000,
	.tick_ns = 10,
	.mem_available = 4ull << 30,
	.task = &first_task,
};

static struct work_struct *works;
static struct irq_work *irq_works;

void shim_reset(void)
{
	long nr_live = shim.nr_live;

	shim = (struct shim){ .nr_cpus = 2,
			      .now_ns = 1000000,
			      .tick_ns = 10,
			      .mem_available = 4ull << 30,
			      .task = &first_task,
			      .nr_live = nr_live };
	works = NULL;
	irq_works = NULL;
}

static void die(const char *what, const char *detail)
{
	fprintf(stderr, "shim: %s: %s\n", what, detail);
	abort();
}

/* ---- memory ---- */

static bool fails(unsigned int gfp)
{
	shim.nr_allocs++;
	if (gfp & __GFP_NOFAIL || !shim.fail_at)
		return false;
	if (--shim.fail_at)
		return false;
	shim.fail_at = shim.fail_on ? 1 : 0;
	return true;
}

void *shim_alloc(size_t size, unsigned int gfp)
{
	void *mem;

	if (!(gfp & GFP_ATOMIC))
		shim_might_sleep("an allocation", 0);
	if (fails(gfp) || size > (64ull << 30))
		return NULL;
	mem = malloc(size ? size : 1);
	if (!mem)
		return NULL;
	memset(mem, gfp & __GFP_ZERO ? 0 : 0xa5, size);
	shim.nr_live++;
	return mem;
}

void *shim_alloc_percpu(size_t size)
{
	if (size > SHIM_CPU_STRIDE)
		die("per-CPU object is too large", "raise SHIM_CPU_STRIDE");
	return shim_alloc((size_t)SHIM_CPU_STRIDE * SHIM_MAX_CPUS, __GFP_ZERO);
}

void shim_free(const void *mem)
{
	if (!mem)
		return;
	shim.nr_live--;
	free((void *)mem);
}

bool shim_is_hole(__u64 addr, __u64 size)
{
	if (addr < 65536)
		return true;
	return shim.hole_size && addr + size > shim.hole && addr < shim.hole + shim.hole_size;
}

__attribute__((no_sanitize("address", "undefined"))) void shim_load(void *dst, const void *src, size_t size)
{
	volatile const char *from = src;
	char *to = dst;

	while (size--)
		*to++ = *from++;
}

u64 dtc_ram_window(u64 addr)
{
	return addr < 65536 || addr >> 63 ? 0 : DTC_PAGE_LEFT(addr);
}

static void *user_at(u64 addr, unsigned long size)
{
	if (!shim.user_copy || addr < shim.user || addr - shim.user > shim.user_size ||
	    size > shim.user_size - (addr - shim.user))
		return NULL;
	return (char *)shim.user_copy + (addr - shim.user);
}

unsigned long dtc_copy_from_user(void *dst, u64 addr, unsigned long size)
{
	const void *src = user_at(addr, size);

	if (!src)
		return size;
	memcpy(dst, src, size);
	return 0;
}

unsigned long dtc_copy_to_user(u64 addr, const void *src, unsigned long size)
{
	void *dst = user_at(addr, size);

	if (!dst)
		return size;
	memcpy(dst, src, size);
	return 0;
}

bool dtc_has_user_memory(void)
{
	return shim.user_copy && !shim.is_nmi;
}

/* ---- locks, warnings ---- */

void shim_lock(int *is_held, const char *name)
{
	if (*is_held)
		die("deadlock", name);
	*is_held = 1;
}

void shim_unlock(int *is_held, const char *name)
{
	if (!*is_held)
		die("unlocking what is not locked", name);
	*is_held = 0;
}

void shim_warn(const char *what, const char *file, int line)
{
	shim.nr_warnings++;
	fprintf(stderr, "%s:%d: warning: %s\n", file, line, what);
}

void shim_log(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
}

void shim_might_sleep(const char *file, int line)
{
	if (shim.irqs_off || shim.is_nmi)
		die("sleeping function called with interrupts off", file);
}

/* ---- other CPUs ---- */

void on_each_cpu(void (*fn)(void *), void *arg, int wait)
{
	unsigned int saved = shim.cpu, cpu;

	shim_might_sleep("on_each_cpu", 0);
	shim.nr_syncs++;
	for_each_online_cpu(cpu)
		smp_call_function_single(cpu, fn, arg, wait);
	shim.cpu = saved;
}

int smp_call_function_single(unsigned int cpu, void (*fn)(void *), void *arg, int wait)
{
	unsigned int saved = shim.cpu;
	unsigned long flags;

	shim_might_sleep("smp_call_function_single", 0);
	if (!cpu_online(cpu))
		return -ENXIO;
	shim.cpu = cpu;
	raw_local_irq_save(flags);
	fn(arg);
	raw_local_irq_restore(flags);
	shim.cpu = saved;
	return 0;
}

/* ---- deferred work ---- */

bool shim_queue_work(struct work_struct *work)
{
	if (work->is_queued)
		return false;
	work->is_queued = true;
	work->next = works;
	works = work;
	return true;
}

bool shim_cancel_work(struct work_struct *work)
{
	struct work_struct **link = &works;

	if (!work->is_queued)
		return false;
	while (*link != work)
		link = &(*link)->next;
	*link = work->next;
	work->is_queued = false;
	return true;
}

bool shim_flush_work(struct work_struct *work)
{
	if (!shim_cancel_work(work))
		return false;
	work->func(work);
	return true;
}

bool shim_queue_irq_work(struct irq_work *work)
{
	if (work->is_queued)
		return false;
	work->is_queued = true;
	work->next = irq_works;
	irq_works = work;
	return true;
}

void shim_sync_irq_work(struct irq_work *work)
{
	struct irq_work **link = &irq_works;

	if (!work->is_queued)
		return;
	while (*link != work)
		link = &(*link)->next;
	*link = work->next;
	work->is_queued = false;
	work->func(work);
}

static bool is_waiting(const struct work_struct *work)
{
	const struct work_struct *w;

	for (w = works; w; w = w->next) {
		if (w == work)
			return true;
	}
	return false;
}

/* Work that queues itself again runs once; work may cancel other work, and free it then. */
void shim_run_pending(void)
{
	struct work_struct *batch[64], *work;
	unsigned int nr = 0, i;

	while (irq_works)
		shim_sync_irq_work(irq_works);
	for (work = works; work && nr < 64; work = work->next)
		batch[nr++] = work;
	for (i = 0; i < nr; i++) {
		if (is_waiting(batch[i]))
			shim_flush_work(batch[i]);
	}
}

/* ---- modules, sorting ---- */

bool shim_module_get(struct module *module)
{
	if (module && module->is_going)
		return false;
	if (module)
		module->refs++;
	return true;
}

void shim_module_put(struct module *module)
{
	if (module && module->refs-- <= 0)
		die("module reference dropped twice", module->name);
}

void sort(void *base, size_t nr, size_t size, int (*cmp)(const void *, const void *), void *swap_fn)
{
	if (nr)
		qsort(base, nr, size, cmp);
}
