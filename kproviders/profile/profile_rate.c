// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of the profile provider to intervals. Entry point: profile_rate_parse(). Runs anywhere;
 * calls nothing.
 */
#include "profile_rate.h"

#define NS_PER_SEC	1000000000ull

/* An interval of ns each, or, with ns = 0, a number of firings per second. */
static const struct {
	const char *suffix;
	__u64 ns;
} units[] = {
	{ "", 0 },
	{ "hz", 0 },
	{ "ns", 1 },
	{ "nsec", 1 },
	{ "us", 1000 },
	{ "usec", 1000 },
	{ "ms", 1000000 },
	{ "msec", 1000000 },
	{ "s", NS_PER_SEC },
	{ "sec", NS_PER_SEC },
	{ "m", 60 * NS_PER_SEC },
	{ "min", 60 * NS_PER_SEC },
	{ "h", 3600 * NS_PER_SEC },
	{ "hour", 3600 * NS_PER_SEC },
	{ "d", 86400 * NS_PER_SEC },
	{ "day", 86400 * NS_PER_SEC },
};

static const char *skip_prefix(const char *name, const char *prefix)
{
	while (*prefix) {
		if (*name++ != *prefix++)
			return 0;
	}
	return name;
}

static int is_same_ignoring_case(const char *text, const char *lower)
{
	for (; *lower; text++, lower++) {
		char c = *text;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != *lower)
			return 0;
	}
	return !*text;
}

/* value * ns without overflow, or 0 when it is out of range. */
static __u64 interval_of(__u64 value, __u64 ns)
{
	if (!value)
		return 0;
	if (!ns)
		return value > NS_PER_SEC ? 0 : NS_PER_SEC / value;
	if (value > PROFILE_MAX_INTERVAL_NS / ns)
		return 0;
	return value * ns;
}

int profile_rate_parse(const char *name, struct profile_rate *rate)
{
	const char *digits = skip_prefix(name, "profile-");
	__u64 value = 0;
	unsigned int i;

	rate->is_tick = !digits;
	if (!digits)
		digits = skip_prefix(name, "tick-");
	if (!digits || *digits < '0' || *digits > '9')
		return 0;
	for (; *digits >= '0' && *digits <= '9'; digits++) {
		if (value > PROFILE_MAX_INTERVAL_NS / 10)
			return 0;
		value = value * 10 + (__u64)(*digits - '0');
	}
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!is_same_ignoring_case(digits, units[i].suffix))
			continue;
		rate->interval_ns = interval_of(value, units[i].ns);
		return rate->interval_ns >= PROFILE_MIN_INTERVAL_NS;
	}
	return 0;
}
