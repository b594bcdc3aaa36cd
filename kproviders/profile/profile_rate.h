/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a probe name of the profile provider asks for. No kernel calls: also compiled in user space
 * by the unit tests.
 */
#ifndef _PROFILE_RATE_H
#define _PROFILE_RATE_H

#include <linux/types.h>

/* Shorter intervals are refused: a typing error must not be able to stop the machine. */
#define PROFILE_MIN_INTERVAL_NS	200000ull
/* Longer ones too: an expiry of now plus this still fits the clock. About 146 years. */
#define PROFILE_MAX_INTERVAL_NS	(1ull << 62)

/**
 * struct profile_rate - a parsed name
 * @interval_ns: time between two firings
 * @is_tick: tick-N (one CPU) rather than profile-N (every CPU)
 */
struct profile_rate {
	__u64 interval_ns;
	int is_tick;
};

/**
 * profile_rate_parse - understand profile-N[suffix] or tick-N[suffix]
 * @name: the probe's name
 * @rate: out
 *
 * Context: any. Return: 1, or 0 when there is no such probe (not of this form, zero, too fast, too
 * slow).
 */
int profile_rate_parse(const char *name, struct profile_rate *rate);

#endif /* _PROFILE_RATE_H */
