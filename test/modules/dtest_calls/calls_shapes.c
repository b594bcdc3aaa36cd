// SPDX-License-Identifier: MIT
/*
 * The functions to be traced. Those with asm are so that they hold the instructions which a compiler rarely makes.
 */
#include <linux/compiler.h>
#include <linux/export.h>
#include <asm/asm.h>
#include <asm/nospec-branch.h>
#include "calls.h"

DEFINE_PER_CPU(u64[DTEST_NR], dtest_counts);

noinline u64 dtest_leaf(u64 n)
{
	dtest_count(DTEST_LEAF);
	return n * 3 + 1;
}

noinline u64 dtest_tail(u64 n)
{
	dtest_count(DTEST_TAIL);
	return dtest_tail_target(n + 1);
}

noinline u64 dtest_hop_target(u64 n)
{
	barrier();
	return n ^ 0xaa;
}

noinline u64 dtest_hop(u64 n)
{
	dtest_count(DTEST_HOP);
	return dtest_hop_target(n + 1);
}

noinline u64 dtest_branch(u64 n)
{
	u64 result = n;

	asm volatile("testb $1, %b1\n\t"
		     "je 1f\n\t"
		     "incq %0\n"
		     "1:"
		     : "+r" (result)
		     : "q" (n)
		     : "cc");
	if (n & 1)
		dtest_count(DTEST_ODD);
	else
		dtest_count(DTEST_EVEN);
	return result;
}

noinline s64 dtest_ten(signed char a, short b, int c, long d, unsigned char e, bool f, int g, long h, u8 i,
		       s16 j)
{
	dtest_count(DTEST_TEN);
	return a + b + c + d + e + f + g + h + i + j;
}

static noinline u64 dtest_twin(u64 n)
{
	dtest_count(DTEST_TWINS);
	return n + 1;
}

u64 dtest_call_twin_one(u64 n)
{
	return dtest_twin(n) + 1;
}

/* Named as the compiler names the functions it makes. */
noinline u64 dtest_clone(u64 n) asm("dtest_clone.constprop.0");
noinline u64 dtest_clone(u64 n)
{
	barrier();
	return n + 3;
}

u64 dtest_call_clone(u64 n)
{
	return dtest_clone(n) + 1;
}

static u64 mix_cell = 0x0123456789abcdefull;
static u64 mix_table[4] = { 3, 1, 4, 1 };

static noinline u64 mix_helper(u64 n)
{
	barrier();
	return n * 0x9e3779b97f4a7c15ull;
}
static u64 (*volatile mix_pointer)(u64) = mix_helper;

/* Its result depends on every instruction: with all of them instrumented it must be the same. */
noinline u64 dtest_mix(u64 n)
{
	u64 a = n, b = n >> 7, flags, string[4] = { n, n + 1, n + 2, n + 3 };
	u64 copy[4] = { 0 }, *from = string, *to = copy, count = 4, loops = (n & 7) + 1;

	dtest_count(DTEST_MIX);
	/* Operands beside the instruction, arithmetic with flags, conditions of all kinds. */
	asm volatile("addq %[cell], %[a]\n\t"
		     "adcq $5, %[b]\n\t"
		     "sbbq $0, %[a]\n\t"
		     "setc %b[b]\n\t"
		     "cmovsq %[b], %[a]\n\t"
		     "js 1f\n\t"
		     "xorq $0x77, %[a]\n"
		     "1: cmpq %[b], %[a]\n\t"
		     ".byte 0x0f, 0x87; .long 2f - 3f\n"	/* ja, the long form */
		     "3: rolq $3, %[a]\n\t"
		     "2: pushfq\n\t"
		     "popq %[flags]\n\t"
		     "andq $0x8c1, %[flags]\n\t"
		     "addq %[flags], %[a]\n\t"
		     "pushq %[a]\n\t"
		     "pushq $-3\n\t"
		     "popq %[b]\n\t"
		     "addq %[b], (%%rsp)\n\t"
		     "popq %[a]\n\t"
		     "pushq %[flags]\n\t"
		     "orq $0x200, (%%rsp)\n\t"	/* interrupts stay on */
		     "popfq\n\t"
		     "jp 4f\n\t"
		     "notq %[a]\n"
		     "4: stc\n\t"
		     "jnc 5f\n\t"
		     "bswapq %[a]\n"
		     "5: cld\n\t"
		     "nopl 0(%%rax)\n\t"
		     "leaq %[cell], %[b]\n\t"
		     "movq (%[b]), %[b]\n\t"
		     "xaddq %[b], %[a]\n\t"
		     : [a] "+r" (a), [b] "+q" (b), [flags] "=&r" (flags)
		     : [cell] "m" (mix_cell)
		     : "cc", "memory");
	asm volatile(ANNOTATE_RETPOLINE_SAFE "\n\t"
		     "call *%[to]"
		     : "+D" (a), ASM_CALL_CONSTRAINT
		     : [to] "r" (&mix_helper)
		     : "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "cc", "memory");
	/* Loops and repeated instructions. */
	asm volatile("1: leaq 1(%[a],%[a],2), %[a]\n\t"
		     "loop 1b\n\t"
		     : [a] "+r" (a), "+c" (loops)
		     :
		     : "cc");
	asm volatile("rep movsq" : "+S" (from), "+D" (to), "+c" (count) : : "memory");
	asm volatile("lock addq %1, %0" : "+m" (copy[n & 3]) : "r" (a) : "cc", "memory");
	a = mix_pointer(a) + mix_table[n & 3] + copy[0] + copy[1] + copy[2] + copy[3];
	switch (n % 9) {
	case 0: a += 17; break;
	case 1: a ^= b; break;
	case 2: a = mix_helper(a); break;
	case 3: a -= n; break;
	case 4: a = a << 3 | a >> 61; break;
	case 5: return a;
	case 6: return mix_helper(a ^ n);
	case 7: a = n % 3 ? a / (n % 3) : a; break;
	}
	return a ^ (a >> 31);
}
