/* SPDX-License-Identifier: MIT */
/*
 * Takes the place of kcore/os.h (same include guard, included first) when the core's real sources are built into
 * user-space tests: the part of the kernel they use, on one thread that plays any CPU.
 *
 * Per-CPU data: an object of CPU n lies n * SHIM_CPU_STRIDE behind the one of CPU 0. shim.h steers it.
 * libc headers are kept out, because kernel code may use names that they declare.
 */
#ifndef _DTK_OS_H
#define _DTK_OS_H

#include <errno.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shim.h"

/* ---- libc, by hand ---- */

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *what);
char *strpbrk(const char *s, const char *any);
int snprintf(char *to, size_t n, const char *format, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char *to, size_t n, const char *format, va_list args);

static inline long strscpy(char *to, const char *from, size_t n)
{
	size_t len;

	if (!n)
		return -E2BIG;
	for (len = 0; len < n - 1 && from[len]; len++)
		to[len] = from[len];
	to[len] = '\0';
	return from[len] ? -E2BIG : (long)len;
}

/* ---- types and the compiler ---- */

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
typedef unsigned int gfp_t;

#define U32_MAX		((u32)~0u)
#define S32_MIN		((s32)INT_MIN)
#define S32_MAX		((s32)INT_MAX)
#define U64_MAX		((u64)~0ull)
#define S64_MAX		((s64)(U64_MAX >> 1))
#define S64_MIN		((s64)(-S64_MAX - 1))

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#ifndef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#endif
#undef noinline
#define noinline	__attribute__((noinline))
#define notrace
#define __user
#define __percpu
#define __init
#define __exit
#define __weak		__attribute__((weak))
#define __maybe_unused	__attribute__((unused))
#define __aligned(n)	__attribute__((aligned(n)))
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define fallthrough	__attribute__((fallthrough))
#define barrier()	__asm__ __volatile__("" ::: "memory")
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define offsetofend(t, m) (offsetof(t, m) + sizeof(((t *)0)->m))
#define container_of(p, t, m) ((t *)((char *)(p) - offsetof(t, m)))
#define struct_size(p, m, n) (sizeof(*(p)) + sizeof((p)->m[0]) * (n))
#define BUILD_BUG_ON(x)	_Static_assert(!(x), #x)
#define BIT(n)		(1ul << (n))
#define BIT_ULL(n)	(1ull << (n))

#define min(a, b)	({ __auto_type a_ = (a); __auto_type b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b)	({ __auto_type a_ = (a); __auto_type b_ = (b); a_ > b_ ? a_ : b_; })
#define min_t(t, a, b)	min((t)(a), (t)(b))
#define max_t(t, a, b)	max((t)(a), (t)(b))
#define clamp_t(t, v, lo, hi) min_t(t, max_t(t, v, lo), hi)
#define clamp(v, lo, hi) clamp_t(__typeof__(v), v, lo, hi)
#define swap(a, b)	do { __typeof__(a) t_ = (a); (a) = (b); (b) = t_; } while (0)
#define round_up(x, y)	((((x) - 1) | ((__typeof__(x))(y) - 1)) + 1)
#define round_down(x, y) ((x) & ~((__typeof__(x))(y) - 1))
#define ALIGN(x, y)	round_up(x, y)
#define DIV_ROUND_UP(a, b) (((a) + (b) - 1) / (b))
#define is_power_of_2(n) ((n) && !((n) & ((n) - 1)))

static inline u32 roundup_pow_of_two(u64 n)
{
	u64 p = 1;

	while (p < n)
		p <<= 1;
	return p;
}

static inline int ilog2(u64 n)
{
	return 63 - __builtin_clzll(n);
}

static inline int fls64(u64 n)
{
	return n ? 64 - __builtin_clzll(n) : 0;
}

static inline u64 div64_u64(u64 a, u64 b)
{
	return a / b;
}

static inline s64 div64_s64(s64 a, s64 b)
{
	return a / b;
}

#define EXPORT_SYMBOL_GPL(x)
#define EXPORT_PER_CPU_SYMBOL_GPL(x)
#define NOKPROBE_SYMBOL(x)
#define WARN_ON_ONCE(x)	({ bool w_ = !!(x); if (w_) shim_warn(#x, __FILE__, __LINE__); w_; })
#define WARN_ON(x)	WARN_ON_ONCE(x)
#define pr_err(...)	shim_log(__VA_ARGS__)
#define pr_err_ratelimited(...)	shim_log(__VA_ARGS__)
#define pr_warn(...)	shim_log(__VA_ARGS__)
#define pr_info(...)	shim_log(__VA_ARGS__)
#define might_sleep()	shim_might_sleep(__FILE__, __LINE__)
#define cond_resched()	might_sleep()
#define cpu_relax()	barrier()

/* ---- errors as pointers ---- */

#define MAX_ERRNO	4095
#define IS_ERR_VALUE(x)	((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)
#define ERR_PTR(e)	((void *)(long)(e))
#define PTR_ERR(p)	((long)(p))
#define IS_ERR(p)	IS_ERR_VALUE(p)
#define IS_ERR_OR_NULL(p) (!(p) || IS_ERR(p))
#define PTR_ERR_OR_ZERO(p) (IS_ERR(p) ? (int)PTR_ERR(p) : 0)

/* ---- memory ordering and atomics ---- */

#define READ_ONCE(x)	(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_wmb()	smp_mb()
#define smp_rmb()	smp_mb()
#define cmpxchg(p, old, new)                                                                       \
	({                                                                                         \
		__typeof__(*(p)) c_ = (old);                                                       \
		__atomic_compare_exchange_n(p, &c_, (__typeof__(*(p)))(new), false,                \
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                   \
		c_;                                                                                \
	})
#define cmpxchg_acquire(p, o, n) cmpxchg(p, o, n)
#define cmpxchg_release(p, o, n) cmpxchg(p, o, n)
#define try_cmpxchg(p, old, new) __atomic_compare_exchange_n(p, old, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define xchg(p, v)	__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)

typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;
typedef struct { int counter; } refcount_t;
#define ATOMIC_INIT(n)	{ (n) }
#define ATOMIC64_INIT(n) { (n) }
#define atomic_read(a)	READ_ONCE((a)->counter)
#define atomic_set(a, v) WRITE_ONCE((a)->counter, v)
#define atomic_inc(a)	((void)++(a)->counter)
#define atomic_dec(a)	((void)--(a)->counter)
#define atomic_add(n, a) ((void)((a)->counter += (n)))
#define atomic_inc_return(a) (++(a)->counter)
#define atomic_dec_return(a) (--(a)->counter)
#define atomic_dec_and_test(a) (!--(a)->counter)
#define atomic_cmpxchg(a, o, n) cmpxchg(&(a)->counter, o, n)
#define atomic_cmpxchg_acquire(a, o, n) cmpxchg(&(a)->counter, o, n)
#define atomic_try_cmpxchg(a, o, n) try_cmpxchg(&(a)->counter, o, n)
#define atomic_xchg(a, n) xchg(&(a)->counter, n)
#define atomic_set_release(a, v) atomic_set(a, v)
#define atomic_read_acquire(a) atomic_read(a)
#define atomic64_read(a) READ_ONCE((a)->counter)
#define atomic64_set(a, v) WRITE_ONCE((a)->counter, v)
#define atomic64_inc_return(a) (++(a)->counter)
#define atomic64_add_return(n, a) ((a)->counter += (n))
#define atomic64_add(n, a) ((void)((a)->counter += (n)))
#define atomic64_sub(n, a) ((void)((a)->counter -= (n)))
#define atomic64_cmpxchg(a, o, n) cmpxchg(&(a)->counter, o, n)

/* ---- lists ---- */

struct list_head {
	struct list_head *next, *prev;
};
#define LIST_HEAD_INIT(n) { &(n), &(n) }

static inline void INIT_LIST_HEAD(struct list_head *l)
{
	l->next = l->prev = l;
}

static inline void list_add(struct list_head *n, struct list_head *head)
{
	n->next = head->next;
	n->prev = head;
	head->next->prev = n;
	head->next = n;
}

static inline void list_add_tail(struct list_head *n, struct list_head *head)
{
	list_add(n, head->prev);
}

static inline void list_del(struct list_head *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	n->next = n->prev = NULL;
}

static inline void list_del_init(struct list_head *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	INIT_LIST_HEAD(n);
}

static inline bool list_empty(const struct list_head *l)
{
	return l->next == l;
}

#define list_entry(p, t, m) container_of(p, t, m)
#define list_first_entry(h, t, m) list_entry((h)->next, t, m)
#define list_first_entry_or_null(h, t, m) (list_empty(h) ? NULL : list_first_entry(h, t, m))
#define list_for_each_entry(p, head, m)                                                            \
	for (p = list_entry((head)->next, __typeof__(*p), m); &p->m != (head);                     \
	     p = list_entry(p->m.next, __typeof__(*p), m))
#define list_for_each_entry_safe(p, n, head, m)                                                    \
	for (p = list_entry((head)->next, __typeof__(*p), m),                                      \
	    n = list_entry(p->m.next, __typeof__(*p), m);                                          \
	     &p->m != (head); p = n, n = list_entry(n->m.next, __typeof__(*n), m))

/* ---- memory ---- */

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1ul << PAGE_SHIFT)
#define NUMA_NO_NODE	(-1)
#define GFP_KERNEL	0u
#define GFP_ATOMIC	0x100u
#define GFP_NOWAIT	0x100u
#define __GFP_ZERO	1u
#define __GFP_NOWARN	0u
#define __GFP_NORETRY	0u
#define __GFP_NOFAIL	2u
#define __GFP_ACCOUNT	0u

#define kmalloc(n, gfp)		shim_alloc(n, gfp)
#define kzalloc(n, gfp)		shim_alloc(n, (gfp) | __GFP_ZERO)
#define kcalloc(n, s, gfp)	shim_alloc((size_t)(n) * (s), (gfp) | __GFP_ZERO)
#define kmalloc_array(n, s, gfp) shim_alloc((size_t)(n) * (s), gfp)
#define kmalloc_node(n, gfp, node) shim_alloc(n, gfp)
#define kvmalloc(n, gfp)	shim_alloc(n, gfp)
#define kvzalloc(n, gfp)	shim_alloc(n, (gfp) | __GFP_ZERO)
#define kvcalloc(n, s, gfp)	kcalloc(n, s, gfp)
#define kvmalloc_array(n, s, gfp) kmalloc_array(n, s, gfp)
#define dtc_vmalloc(n, gfp)	shim_alloc(n, gfp)
#define vzalloc(n)		shim_alloc(n, __GFP_ZERO)
#define vzalloc_node(n, node)	shim_alloc(n, __GFP_ZERO)
#define kfree(p)		shim_free(p)
#define kvfree(p)		shim_free(p)
#define vfree(p)		shim_free(p)
#define si_mem_available()	((long)(shim.mem_available >> PAGE_SHIFT))
#define totalram_pages()	((unsigned long)(shim.mem_available >> PAGE_SHIFT))

/* Pages can be seen at several places, as vmap() shows them: they lie in a file. */
struct page {
	struct page *first;	/* of those that were allocated together */
	unsigned int nr_live;	/* of the first: how many of them are not free yet */
	long offset;
};
#define VM_MAP			0
#define PAGE_KERNEL		0
struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order);
void __free_page(struct page *page);
void *vmap(struct page **pages, unsigned int nr, unsigned long flags, int prot);
void vunmap(const void *view);
#define split_page(p, order)	((void)(p), (void)(order))

struct kmem_cache {
	size_t size;
};
static inline struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align,
						   unsigned int flags, void (*ctor)(void *))
{
	struct kmem_cache *cache = kzalloc(sizeof(*cache), GFP_KERNEL);

	if (cache)
		cache->size = size;
	return cache;
}
#define kmem_cache_destroy(c)	shim_free(c)
#define kmem_cache_alloc(c, gfp) shim_alloc((c)->size, gfp)
#define kmem_cache_zalloc(c, gfp) shim_alloc((c)->size, (gfp) | __GFP_ZERO)
#define kmem_cache_free(c, p)	shim_free(p)

/* ---- user memory: addresses below 64 KiB are bad ---- */

static inline unsigned long copy_from_user(void *to, const void *from, size_t n)
{
	if (!n)
		return 0;
	if ((uintptr_t)from < 65536)
		return n;
	memcpy(to, from, n);
	return 0;
}

static inline unsigned long copy_to_user(void *to, const void *from, size_t n)
{
	if (!n)
		return 0;
	if ((uintptr_t)to < 65536)
		return n;
	memcpy(to, from, n);
	return 0;
}

/* What compat/mem.h offers. Addresses below 64 KiB and those in shim.hole fault; user memory is what shim.user says. */
u64 dtc_ram_window(u64 addr);
#define DTC_PAGE_LEFT(addr) (PAGE_SIZE - ((addr) & (PAGE_SIZE - 1)))
#define dtc_load(dst, src, type, label)                                                            \
	do {                                                                                       \
		if (shim_is_hole((u64)(uintptr_t)(src), sizeof(type)))                             \
			goto label;                                                                \
		shim_load((void *)(dst), (const void *)(src), sizeof(type));                       \
	} while (0)
unsigned long dtc_copy_from_user(void *dst, u64 addr, unsigned long size);
unsigned long dtc_copy_to_user(u64 addr, const void *src, unsigned long size);
bool dtc_has_user_memory(void);

/* ---- CPUs ---- */

#define nr_cpu_ids		shim.nr_cpus
#define num_possible_cpus()	shim.nr_cpus
#define cpu_possible(c)		((c) < shim.nr_cpus)
#define cpu_online(c)		((c) < shim.nr_cpus && !(shim.offline >> (c) & 1))
#define for_each_possible_cpu(c) for ((c) = 0; (c) < shim.nr_cpus; (c)++)
#define for_each_online_cpu(c)	for_each_possible_cpu(c) if (cpu_online(c))
#define cpu_to_node(c)		NUMA_NO_NODE
#define smp_processor_id()	shim.cpu
#define raw_smp_processor_id()	shim.cpu
#define cpus_read_lock()	((void)shim.cpus_locked++)
#define cpus_read_unlock()	((void)shim.cpus_locked--)
#define preempt_disable()	((void)0)
#define preempt_enable()	((void)0)
#define in_nmi()		shim.is_nmi
#define irqs_disabled()		shim.irqs_off
#define raw_local_irq_save(f)	((f) = shim.irqs_off, shim.irqs_off = 1)
#define raw_local_irq_restore(f) (shim.irqs_off = (f))
#define local_irq_save(f)	raw_local_irq_save(f)
#define local_irq_restore(f)	raw_local_irq_restore(f)

void on_each_cpu(void (*fn)(void *), void *arg, int wait);
int smp_call_function_single(unsigned int cpu, void (*fn)(void *), void *arg, int wait);

#define DECLARE_PER_CPU(t, name) extern t name
#define DEFINE_PER_CPU(t, name)                                                                    \
	union {                                                                                    \
		t value;                                                                           \
		char room[SHIM_CPU_STRIDE];                                                        \
	} shim_percpu_##name[SHIM_MAX_CPUS];                                                       \
	extern t name __attribute__((alias("shim_percpu_" #name)))
#define alloc_percpu(t)		((t *)shim_alloc_percpu(sizeof(t)))
#define free_percpu(p)		shim_free(p)
/* The compiler must not know which object the pointer came from: the other CPUs' lie behind it. */
#define per_cpu_ptr(p, c)                                                                          \
	({                                                                                         \
		char *p_ = (char *)(p);                                                            \
		__asm__("" : "+r"(p_));                                                            \
		(__typeof__(p))(p_ + (size_t)(c) * SHIM_CPU_STRIDE);                               \
	})
#define this_cpu_ptr(p)		per_cpu_ptr(p, shim.cpu)
#define raw_cpu_ptr(p)		this_cpu_ptr(p)
#define per_cpu(name, c)	(*per_cpu_ptr(&(name), c))
#define this_cpu_add(x, n)	((void)(*this_cpu_ptr(&(x)) += (n)))
#define this_cpu_inc(x)		this_cpu_add(x, 1)
#define this_cpu_read(x)	(*this_cpu_ptr(&(x)))
#define this_cpu_write(x, v)	((void)(*this_cpu_ptr(&(x)) = (v)))

/* ---- locks ---- */

struct mutex {
	int is_held;
};
#define mutex_init(m)		((void)((m)->is_held = 0))
#define mutex_lock(m)		shim_lock(&(m)->is_held, #m)
#define mutex_unlock(m)		shim_unlock(&(m)->is_held, #m)
#define mutex_lock_interruptible(m) (mutex_lock(m), 0)
#define mutex_lock_killable(m)	(mutex_lock(m), 0)
#define fatal_signal_pending(task) ((void)(task), shim.is_killed)
#define lockdep_assert_held(m)	WARN_ON_ONCE(!(m)->is_held)
#define mutex_is_locked(m)	((m)->is_held)

typedef struct { int is_held; } spinlock_t;
typedef spinlock_t raw_spinlock_t;
#define spin_lock_init(l)	((void)((l)->is_held = 0))
#define raw_spin_lock_init(l)	spin_lock_init(l)
#define spin_lock(l)		shim_lock(&(l)->is_held, #l)
#define spin_unlock(l)		shim_unlock(&(l)->is_held, #l)
#define raw_spin_lock(l)	spin_lock(l)
#define raw_spin_unlock(l)	spin_unlock(l)
#define arch_spin_lock(l)	spin_lock(l)
#define arch_spin_unlock(l)	spin_unlock(l)

/* ---- deferred work: queued here, run by shim_run_pending() ---- */

struct work_struct {
	void (*func)(struct work_struct *);
	bool is_queued;
	struct work_struct *next;
};
struct delayed_work {
	struct work_struct work;
};
struct workqueue_struct {
	int unused;
};
struct irq_work {
	void (*func)(struct irq_work *);
	bool is_queued;
	struct irq_work *next;
};

#define WQ_UNBOUND		0
#define alloc_workqueue(name, flags, max) ((struct workqueue_struct *)kzalloc(8, GFP_KERNEL))
#define destroy_workqueue(q)	shim_free(q)
#define INIT_WORK(w, f)		((void)(*(w) = (struct work_struct){ .func = (f) }))
#define INIT_DELAYED_WORK(w, f)	INIT_WORK(&(w)->work, f)
#define to_delayed_work(w)	container_of(w, struct delayed_work, work)
#define queue_work(q, w)	shim_queue_work(w)
#define schedule_work(w)	shim_queue_work(w)
#define queue_delayed_work(q, w, d) shim_queue_work(&(w)->work)
#define mod_delayed_work(q, w, d) shim_queue_work(&(w)->work)
#define flush_delayed_work(w) flush_work(&(w)->work)
#define cancel_work_sync(w)	shim_cancel_work(w)
#define cancel_delayed_work_sync(w) shim_cancel_work(&(w)->work)
#define flush_work(w)		shim_flush_work(w)
#define init_irq_work(w, f)	((void)(*(w) = (struct irq_work){ .func = (f) }))
#define irq_work_queue(w)	shim_queue_irq_work(w)
#define irq_work_sync(w)	shim_sync_irq_work(w)

struct completion {
	bool is_done;
};
#define DECLARE_COMPLETION_ONSTACK(c) struct completion c = { false }
#define complete(c)		((void)((c)->is_done = true))
#define completion_done(c)	((c)->is_done)
#define wait_for_completion_timeout(c, t) (shim_run_pending(), (c)->is_done)

typedef struct { int unused; } wait_queue_head_t;
#define init_waitqueue_head(q)	((void)(q))
#define wake_up_interruptible(q) ((void)(q), (void)shim.nr_wakeups++)

/* ---- time and tasks ---- */

#define HZ			250
#define NSEC_PER_SEC		1000000000ull
#define msecs_to_jiffies(ms)	((unsigned long)(ms) * HZ / 1000)
#define ktime_get_mono_fast_ns() (shim.now_ns += shim.tick_ns)
#define ktime_get_real_fast_ns() (shim.real_ns + shim.now_ns)

/* Saved registers as x86-64 kernels have them, by name and by place. */
struct pt_regs {
	union {
		unsigned long word[21];
		struct {
			unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di;
			unsigned long orig_ax, ip, cs, flags, sp, ss;
		};
	};
};

struct task_struct {
	u64 start_time;
	u32 flags;
	int pid;
	int tgid;
	u32 uid;
	u32 gid;
	char comm[16];
	struct task_struct *parent;
};
#define current			shim.task

static __always_inline unsigned int dtc_context(void)
{
	return shim.is_nmi ? 3 : shim.context;
}

static __always_inline void dtc_thread_key(u64 key[2])
{
	if (!dtc_context()) {
		key[0] = (u64)(uintptr_t)current;
		key[1] = current->start_time;
	} else {
		key[0] = (u64)shim.cpu << 8 | dtc_context();
		key[1] = ~0ull;
	}
}

static inline u64 get_random_u64(void)
{
	return shim.random = shim.random * 6364136223846793005ull + 1442695040888963407ull;
}

/* ---- modules ---- */

enum module_state { MODULE_STATE_LIVE, MODULE_STATE_COMING, MODULE_STATE_GOING };
struct module {
	const char *name;
	int refs;
	bool is_going;
	enum module_state state;
};
#define THIS_MODULE		((struct module *)NULL)
#define module_name(m)		((m)->name)
#define try_module_get(m)	shim_module_get(m)
#define module_put(m)		shim_module_put(m)

/* ---- sorting ---- */

void sort(void *base, size_t nr, size_t size, int (*cmp)(const void *, const void *), void *swap_fn);

#include "compat.h"

#endif /* _DTK_OS_H */
