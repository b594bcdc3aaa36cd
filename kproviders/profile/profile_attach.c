// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a probe of the profile provider is armed: one hrtimer on every online CPU (profile-N) or on
 * one (tick-N). Entry points: profile_attach_*(), from ops and module init. on_timer() runs in hard
 * interrupt context.
 *
 * A timer's expiries lie on an exact grid: each is the one before plus the interval, never "now"
 * plus the interval, so rounding and lateness do not add up. A timer that comes so late that grid
 * points went by fires once, and the points it missed are counted.
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

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	struct profile_probe *p = container_of(timer, struct profile_timer, timer)->owner;
	struct pt_regs *regs = get_irq_regs();
	struct dtrace_firing firing = DTRACE_FIRING_INIT;
	ktime_t now = ktime_get();
	s64 late_ns = ktime_to_ns(ktime_sub(now, hrtimer_get_expires(timer)));
	u64 nr_passed = hrtimer_forward(timer, now, ns_to_ktime(p->rate.interval_ns));

	if (unlikely(nr_passed > 1))
		dtrace_count_missed(p->probe, nr_passed - 1);

	firing.regs = regs;
	if (regs && user_mode(regs)) {
		firing.arg[1] = instruction_pointer(regs);
		firing.flags = DTRACE_FIRING_USER_REGS;
	} else {
		firing.arg[0] = regs ? instruction_pointer(regs) : _THIS_IP_;
	}
	if (!p->rate.is_tick)
		firing.arg[2] = late_ns > 0 ? (u64)late_ns : 0;
	dtrace_fire(p->probe, &firing);
	return HRTIMER_RESTART;
}
NOKPROBE_SYMBOL(on_timer);

/* First expiry of a timer started now on an aligned grid: the next point on it. */
static ktime_t next_on_grid(const struct profile_probe *p, u64 now_ns)
{
	u64 nr_passed = div64_u64(now_ns - p->grid_ns, p->rate.interval_ns);

	return ns_to_ktime(p->grid_ns + (nr_passed + 1) * p->rate.interval_ns);
}

/* Context: on the timer's CPU, which must not change: an IPI, or a hotplug callback. */
static void start_here(void *arg)
{
	struct profile_timer *t = arg;
	const struct profile_probe *p = t->owner;
	u64 now_ns = ktime_get_ns();
	ktime_t first = p->is_aligned ? next_on_grid(p, now_ns) :
					ns_to_ktime(now_ns + p->rate.interval_ns);

	hrtimer_start(&t->timer, first, HRTIMER_MODE_ABS_PINNED_HARD);
}

/*
 * Go on where the timer stopped on another CPU. Points that went by meanwhile are noticed by
 * on_timer().
 */
static void resume_here(void *arg)
{
	struct profile_timer *t = arg;

	hrtimer_start(&t->timer, hrtimer_get_expires(&t->timer), HRTIMER_MODE_ABS_PINNED_HARD);
}

static void setup_timer(struct profile_timer *t, struct profile_probe *p)
{
	t->owner = p;
	dtc_hrtimer_setup(&t->timer, on_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
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
			setup_timer(per_cpu_ptr(p->cpus, cpu), p);
	} else {
		setup_timer(&p->tick, p);
	}
	p->is_aligned = dtrace_probe_wants_align(p->probe);
	p->grid_ns = ktime_get_ns();
	p->is_armed = true;
	list_add_tail(&p->link, &profile.armed);
	if (!p->rate.is_tick) {
		for_each_online_cpu(cpu)
			smp_call_function_single(cpu, start_here, per_cpu_ptr(p->cpus, cpu), 1);
	} else {
		p->tick_cpu = raw_smp_processor_id();
		smp_call_function_single(p->tick_cpu, start_here, &p->tick, 1);
	}
	return 0;
}

/* Context: as arm(). When it returns, on_timer() runs nowhere for this probe. */
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
		hrtimer_cancel(&p->tick.timer);
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
	}
	mutex_unlock(&profile.lock);
	return 0;
}

/* Context: hotplug callback on the CPU that is going. Return: 0, or -EBUSY when it is the last. */
static int on_cpu_offline(unsigned int cpu)
{
	unsigned int next = cpumask_any_but(cpu_online_mask, cpu);
	struct profile_probe *p;

	mutex_lock(&profile.lock);
	list_for_each_entry(p, &profile.armed, link) {
		if (!p->rate.is_tick) {
			hrtimer_cancel(&per_cpu_ptr(p->cpus, cpu)->timer);
		} else if (p->tick_cpu == cpu && next < nr_cpu_ids) {
			hrtimer_cancel(&p->tick.timer);
			p->tick_cpu = next;
			smp_call_function_single(next, resume_here, &p->tick, 1);
		}
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
