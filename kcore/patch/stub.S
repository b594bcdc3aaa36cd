/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where patched returns and tail jumps go: stub i pushes its number and enters the common part, which saves the
 * registers as a struct pt_regs, calls dtk_stub_hit() and then does what the patched instruction would have done.
 *
 * All registers are as before: callers of static functions rely on more than the calling convention promises
 * (-fipa-ra). Flags are not, which no function hands over. The unwinder goes through all of this, but for the one
 * instruction behind the push: a hint of its own for each stub would cost more memory than the stubs.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/nospec-branch.h>
#include <asm/orc_types.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>
#include "stub.h"

.text
.p2align 4
SYM_CODE_START(dtk_stubs)
	ANNOTATE_NOENDBR	/* reached by direct jumps */
.set number, 0
.rept DTK_NR_STUBS
	UNWIND_HINT_FUNC
	/* Always the long forms, so that every stub has the same size. */
	.byte	0x68
	.long	number				/* pushq $number */
	UNWIND_HINT_FUNC
	.byte	0xe9
	.long	.Lcommon - . - 4		/* jmp .Lcommon */
	.set number, number + 1
.endr

.Lcommon:
	/* The number lies where ss belongs, and takes the whole word. */
	UNWIND_HINT sp_reg=ORC_REG_SP sp_offset=16 type=UNWIND_HINT_TYPE_CALL
	pushq	%rsp
	addq	$8, (%rsp)			/* the stack pointer at the patched instruction */
	pushfq
	pushq	$__KERNEL_CS
	pushq	$0				/* ip, below */
	pushq	$-1				/* orig_ax */
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%rax
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	160(%rsp), %r11
	movq	dtk_stub_addrs(, %r11, 8), %r11
	movq	%r11, 128(%rsp)
	UNWIND_HINT_REGS
	movq	%rsp, %rdi
	call	dtk_stub_hit
	testq	%rax, %rax
	jnz	.Ltail_jump
	/* The called function has kept r12 to r15, rbx and rbp. */
	addq	$48, %rsp
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	addq	$48, %rsp
	UNWIND_HINT_FUNC
	RET

.Ltail_jump:
	UNWIND_HINT_REGS
	/* The target takes the uppermost word, so that a return goes there. */
	movq	%rax, 160(%rsp)
	addq	$48, %rsp
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	addq	$40, %rsp
	RET
SYM_CODE_END(dtk_stubs)
