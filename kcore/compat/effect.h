/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: effects that destructive actions have on the machine. Included by os.h; the shim has its own versions.
 * Context: probe context.
 */
#ifndef _DTK_COMPAT_EFFECT_H
#define _DTK_COMPAT_EFFECT_H

#include <linux/kernel.h>
#include <linux/kgdb.h>
#include <linux/panic.h>
#include <linux/sched/signal.h>

#define DTC_SIGSTOP	SIGSTOP
#define DTC_NSIG	_NSIG

/*
 * Send a signal to the running process. Probe context may not take the signal lock, so it happens in an
 * interrupt as soon as interrupts are on again; more than a few at a time for each CPU are lost. In effect.c.
 */
void dtc_signal_current(int sig);
/* Wait for signals under way; called when the core is unloaded. Context: process, may sleep. */
void dtc_signal_exit(void);

static inline void dtc_panic(unsigned int epid)
{
	panic("dtrace: panic() action, enabled probe %u\n", epid);
}

/* Enters the kernel debugger, if one is attached: without one the trap would kill whatever runs. */
static inline void dtc_breakpoint(void)
{
#ifdef CONFIG_KGDB
	if (kgdb_connected)
		kgdb_breakpoint();
#endif
}

#endif /* _DTK_COMPAT_EFFECT_H */
