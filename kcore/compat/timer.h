/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: high-resolution timers.
 */
#ifndef _DTK_COMPAT_TIMER_H
#define _DTK_COMPAT_TIMER_H

#include <linux/hrtimer.h>
#include "config.h"

/* Initialise a timer with its callback. Context: any. */
static inline void dtc_hrtimer_setup(struct hrtimer *timer,
				     enum hrtimer_restart (*function)(struct hrtimer *),
				     clockid_t clock, enum hrtimer_mode mode)
{
#ifdef DT_HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

#endif /* _DTK_COMPAT_TIMER_H */
