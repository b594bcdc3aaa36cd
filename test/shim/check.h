/* SPDX-License-Identifier: MIT */
/*
 * Checks for tests in C: every claim prints a line "ok" or "not ok", test/run counts them.
 *   CHECK(cond, "what is claimed", ...)     CHECK_EQ(a, b, "...")     return check_result();
 */
#ifndef DT_TEST_SHIM_CHECK_H
#define DT_TEST_SHIM_CHECK_H

#include <stdarg.h>
#include <stdio.h>

static int check_failures;

__attribute__((format(printf, 4, 5), unused)) static void check_line(int is_ok, const char *file,
								     int line, const char *format,
								     ...)
{
	va_list args;

	if (!is_ok)
		printf("    %s:%d\n", file, line);
	printf("%s ", is_ok ? "ok" : "not ok");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	check_failures += !is_ok;
}

#define CHECK(cond, ...) check_line(!!(cond), __FILE__, __LINE__, __VA_ARGS__)
#define CHECK_EQ(a, b, ...)                                                                        \
	do {                                                                                       \
		long long a_ = (long long)(a), b_ = (long long)(b);                                \
		if (a_ != b_)                                                                      \
			printf("    found %lld, wanted %lld\n", a_, b_);                           \
		check_line(a_ == b_, __FILE__, __LINE__, __VA_ARGS__);                             \
	} while (0)

static inline int check_result(void)
{
	return check_failures ? 1 : 0;
}

#endif /* DT_TEST_SHIM_CHECK_H */
