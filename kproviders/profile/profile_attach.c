// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a probe of the profile provider is armed: one hrtimer on every online CPU (profile-N) or on
 * one (tick-N). Entry points: profile_attach_*(), from ops and module init. on_profile() and
 * on_tick() run in hard interrupt context.
 *
 * Expiries lie on an exact grid, begin + n * interval, never "now" plus the interval, so rounding
 * and lateness do not add up. When a timer comes so late that grid points went by, they are not
 * made up for: the probe fires once, and the points it missed are counted.
 *
 * A CPU that keeps interrupts off, or whose virtual machine does not get to run, misses points of a
 * fast tick-N. Therefore another CPU has a timer too, a quarter of an interval later; whichever
 * comes first to a point claims it in profile_probe.last_point and fires, the other does nothing. A
 * tick-N fires once at a time: while one of the two is in the clauses, the other one leaves its point
 * alone. The first then finds it when its own timer expires, which is soon, or, if there have been more,
 * counts those before the last.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/smp.h>
#include <asm/irq_regs.h>
#include "compat/timer.h"
#include "profile.h"

/* Slower ticks have no backup: to be late by their whole interval is no everyday matter. */
#define BACKUP_BELOW_NS	(20 * NSEC_PER_MSEC)

static __always_inline void fire(struct profile_probe *p, u64 late_ns)
{
	struct pt_regs *regs = get_irq_regs();
	struct dtrace_firing firing = DTRACE_FIRING_INIT;

	firing.regs = regs;
	if (regs && user_mode(regs)) {
		firing.arg[1] = instruction_pointer(regs);
		firing.flags = DTRACE_FIRING_USER_REGS;
	} else {
		firing.arg[0] = regs ? instruction_pointer(regs) : _THIS_IP_;
	}
	firing.arg[2] = late_ns;
	dtrace_fire(p->probe, &firing);
}

static enum hrtimer_restart on_profile(struct hrtimer *timer)
{
	struct profile_probe *p = container_of(timer, struct profile_timer, timer)->owner;
	ktime_t now = ktime_get();
	s64 late_ns = ktime_to_ns(ktime_sub(now, hrtimer_get_expires(timer)));
	u64 nr_passed = hrtimer_forward(timer, now, ns_to_ktime(p->rate.interval_ns));

	if (unlikely(nr_passed > 1))
		dtrace_count_missed(p->probe, nr_passed - 1);
	fire(p, late_ns > 0 ? (u64)late_ns : 0);
	return HRTIMER_RESTART;
}
NOKPROBE_SYMBOL(on_profile);

static enum hrtimer_restart on_tick(struct hrtimer *timer)
{
	struct profile_probe *p = container_of(timer, struct profile_timer, timer)->owner;
	u64 now_ns = ktime_get_ns();
	s64 point, last;

	hrtimer_forward(timer, ns_to_ktime(now_ns), ns_to_ktime(p->rate.interval_ns));
	/* Pairs with the release below: clauses see what those of the last firing have done. */
	if (atomic_cmpxchg_acquire(&p->is_firing, 0, 1))
		return HRTIMER_RESTART;
	point = div64_u64(now_ns - p->grid_ns, p->rate.interval_ns);
	last = atomic64_read(&p->last_point);
	if (point > last) {
		atomic64_set(&p->last_point, point);
		if (unlikely(point - last > 1))
			dtrace_count_missed(p->probe, point - last - 1);
		fire(p, 0);
	}
	atomic_set_release(&p->is_firing, 0);
	return HRTIMER_RESTART;
}
NOKPROBE_SYMBOL(on_tick);

/* Context: on the timer's CPU, which must not change: an IPI, or a hotplug callback. */
static void start_here(void *arg)
{
	struct profile_timer *t = arg;
	const struct profile_probe *p = t->owner;
	u64 interval_ns = p->rate.interval_ns, now_ns = ktime_get_ns();
	u64 begin_ns = p->rate.is_tick || p->is_aligned ? p->grid_ns : now_ns;
	u64 nr_passed = div64_u64(now_ns - begin_ns, interval_ns);
	u64 first_ns = begin_ns + (nr_passed + 1) * interval_ns + t->phase_ns;

	hrtimer_start(&t->timer, ns_to_ktime(first_ns), HRTIMER_MODE_ABS_PINNED_HARD);
}

static void setup_timer(struct profile_timer *t, struct profile_probe *p, u64 phase_ns)
{
	t->owner = p;
	t->phase_ns = phase_ns;
	dtc_hrtimer_setup(&t->timer, p->rate.is_tick ? on_tick : on_profile, CLOCK_MONOTONIC,
			  HRTIMER_MODE_ABS_PINNED_HARD);
}

/*
 * Stop one timer of a tick-N where it runs and start it on another CPU; -1 = only stop it.
 * Context: process, CPU hotplug locked, profile.lock held.
 */
static void move_tick(struct profile_probe *p, unsigned int which, int cpu)
{
	hrtimer_cancel(&p->tick[which].timer);
	p->tick_cpu[which] = cpu;
	if (cpu >= 0)
		smp_call_function_single(cpu, start_here, &p->tick[which], 1);
}

/* A CPU for the backup of a tick-N, neither @leaving nor that of the first timer; -1 = none. */
static int find_backup_cpu(const struct profile_probe *p, int leaving)
{
	int cpu;

	if (p->rate.interval_ns >= BACKUP_BELOW_NS)
		return -1;
	for_each_online_cpu(cpu) {
		if (cpu != leaving && cpu != p->tick_cpu[PROFILE_TICK_FIRST])
			return cpu;
	}
	return -1;
}

/* Context: process, CPU hotplug locked, profile.lock held. */
static int arm(struct profile_probe *p)
{
	int cpu;

	if (!p->rate.is_tick) {
		p->cpus = alloc_percpu(struct profile_timer);
		if (!p->cpus)
			return -ENOMEM;
		for_each_possible_cpu(cpu)
			setup_timer(per_cpu_ptr(p->cpus, cpu), p, 0);
	} else {
		setup_timer(&p->tick[PROFILE_TICK_FIRST], p, 0);
		setup_timer(&p->tick[PROFILE_TICK_BACKUP], p, p->rate.interval_ns / 4);
		atomic64_set(&p->last_point, 0);
		atomic_set(&p->is_firing, 0);
	}
	p->is_aligned = dtrace_probe_wants_align(p->probe);
	p->grid_ns = ktime_get_ns();
	p->is_armed = true;
	list_add_tail(&p->link, &profile.armed);
	if (!p->rate.is_tick) {
		for_each_online_cpu(cpu)
			smp_call_function_single(cpu, start_here, per_cpu_ptr(p->cpus, cpu), 1);
	} else {
		move_tick(p, PROFILE_TICK_FIRST, raw_smp_processor_id());
		move_tick(p, PROFILE_TICK_BACKUP, find_backup_cpu(p, -1));
	}
	return 0;
}

/* Context: as arm(). When it returns, the probe's timers run nowhere. */
static void disarm(struct profile_probe *p)
{
	int cpu;

	if (!p->is_armed)
		return;
	if (!p->rate.is_tick) {
		for_each_possible_cpu(cpu)
			hrtimer_cancel(&per_cpu_ptr(p->cpus, cpu)->timer);
		free_percpu(p->cpus);
		p->cpus = NULL;
	} else {
		move_tick(p, PROFILE_TICK_FIRST, -1);
		move_tick(p, PROFILE_TICK_BACKUP, -1);
	}
	list_del_init(&p->link);
	p->is_armed = false;
}

int profile_attach_enable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	unsigned int i;
	int err = 0;

	cpus_read_lock();
	mutex_lock(&profile.lock);
	for (i = 0; i < nr && !err; i++)
		err = arm(dtrace_probe_priv(probes[i]));
	if (err) {
		for (i = 0; i < nr; i++)
			disarm(dtrace_probe_priv(probes[i]));
	}
	mutex_unlock(&profile.lock);
	cpus_read_unlock();
	return err;
}

void profile_attach_disable(void *arg, struct dtrace_probe *const *probes, unsigned int nr)
{
	unsigned int i;

	cpus_read_lock();
	mutex_lock(&profile.lock);
	for (i = 0; i < nr; i++)
		disarm(dtrace_probe_priv(probes[i]));
	mutex_unlock(&profile.lock);
	cpus_read_unlock();
}

/* Context: hotplug callback on the CPU that has come. Return: 0. */
static int on_cpu_online(unsigned int cpu)
{
	struct profile_probe *p;

	mutex_lock(&profile.lock);
	list_for_each_entry(p, &profile.armed, link) {
		if (!p->rate.is_tick)
			start_here(per_cpu_ptr(p->cpus, cpu));
		else if (p->tick_cpu[PROFILE_TICK_BACKUP] < 0)
			move_tick(p, PROFILE_TICK_BACKUP, find_backup_cpu(p, -1));
	}
	mutex_unlock(&profile.lock);
	return 0;
}

/* Context: hotplug callback on the CPU that is going. Return: 0. */
static int on_cpu_offline(unsigned int cpu)
{
	int leaving = cpu, next = cpumask_any_but(cpu_online_mask, cpu);
	struct profile_probe *p;

	mutex_lock(&profile.lock);
	list_for_each_entry(p, &profile.armed, link) {
		int *tick_cpu = p->tick_cpu;

		if (!p->rate.is_tick) {
			hrtimer_cancel(&per_cpu_ptr(p->cpus, cpu)->timer);
			continue;
		}
		if (tick_cpu[PROFILE_TICK_FIRST] == leaving)
			move_tick(p, PROFILE_TICK_FIRST, next);
		if (tick_cpu[PROFILE_TICK_BACKUP] == leaving ||
		    tick_cpu[PROFILE_TICK_BACKUP] == tick_cpu[PROFILE_TICK_FIRST])
			move_tick(p, PROFILE_TICK_BACKUP, find_backup_cpu(p, leaving));
	}
	mutex_unlock(&profile.lock);
	return 0;
}

int profile_attach_init(void)
{
	int state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "dtrace/profile:online", on_cpu_online,
				      on_cpu_offline);

	if (state < 0)
		return state;
	profile.hotplug_state = state;
	return 0;
}

void profile_attach_exit(void)
{
	cpuhp_remove_state(profile.hotplug_state);
}
