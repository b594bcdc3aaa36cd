// SPDX-License-Identifier: MIT
/* A static function of the same name as one in calls_shapes.c. */
#include "calls.h"

static noinline u64 dtest_twin(u64 n)
{
	dtest_count(DTEST_TWINS);
	return n + 2;
}

u64 dtest_call_twin_two(u64 n)
{
	return dtest_twin(n) + 1;
}
