// SPDX-License-Identifier: MIT
/* What must not be in the same file as the rest: a static function of a name used twice, the target of a long jump. */
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

noinline u64 dtest_tail_target(u64 n)
{
	barrier();
	return n ^ 0x55;
}
