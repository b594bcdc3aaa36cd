/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of kernel functions that are not exported: dtk_k_<name>(...) goes to the address in dtk_ksym.<name>. By a
 * return, because a kernel that enforces landing pads for indirect branches has removed those of functions that
 * nobody takes the address of.
 */
#include <linux/linkage.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

.macro ksym_stub name:req index:req
SYM_CODE_START(dtk_k_\name)
	UNWIND_HINT_FUNC
	pushq	dtk_ksym + 8 * \index(%rip)
	RET
SYM_CODE_END(dtk_k_\name)
.endm

.set ksym_index, 0
#define KSYM_FUNC(name, lost)	ksym_stub name, ksym_index; .set ksym_index, ksym_index + 1;
#define KSYM_DATA(name, lost)	.set ksym_index, ksym_index + 1;
.text
#include "ksym_list.h"
