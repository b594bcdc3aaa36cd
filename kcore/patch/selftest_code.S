/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the self-test instruments: u64 dtk_selftest_code(u64 a, u64 b), nine kinds of instructions and a return;
 * dtk_selftest_tail() leaves by a jump to it.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/nospec-branch.h>

.section .rodata
.Lword:
	.quad	1000

.text
.p2align 4
SYM_FUNC_START(dtk_selftest_callee)
	ANNOTATE_NOENDBR
	leaq	7(%rdi, %rsi, 2), %rax
	RET
SYM_FUNC_END(dtk_selftest_callee)

.p2align 4
SYM_FUNC_START(dtk_selftest_code)
	ANNOTATE_NOENDBR
	pushq	%rbx
	movq	%rdi, %rbx
	nop
	addq	.Lword(%rip), %rbx
	pushfq
	popfq
	testq	%rsi, %rsi
	je	1f
	incq	%rbx
1:	call	dtk_selftest_callee
	addq	%rbx, %rax
	popq	%rbx
	RET
SYM_FUNC_END(dtk_selftest_code)

.p2align 4
SYM_FUNC_START(dtk_selftest_tail)
	ANNOTATE_NOENDBR
	incq	%rdi
	/* The long form, as compilers write it for another file's function. */
	.byte	0xe9
	.long	dtk_selftest_code - . - 4
SYM_FUNC_END(dtk_selftest_tail)
