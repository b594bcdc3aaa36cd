/* SPDX-License-Identifier: MIT */
/*
 * The very first and the very last instructions of the module's text: nothing is mapped before it, and there may be
 * nothing behind it.
 */
#include <linux/linkage.h>

.text
SYM_CODE_START(dtest_init_first)
	movl	%edi, %eax
	addl	$1, %eax
	ret
	int3
SYM_CODE_END(dtest_init_first)
