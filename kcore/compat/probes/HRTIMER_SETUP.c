// SPDX-License-Identifier: GPL-2.0-only
/* Timers are initialised together with their callback. Since 6.13; the old way went in 6.15.
 * Exports: hrtimer_setup
 */
#include <linux/hrtimer.h>

void probe(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *));
void probe(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *))
{
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
}
