// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where functions are left: returns and jumps to other functions, in the live text. Entry points:
 * dtrace_func_returns(), dtk_site_is_exit(). Context: process, list of images locked.
 */
#include <linux/mm.h>
#include <asm/text-patching.h>
#include "insn.h"
#include "ksym.h"
#include "site.h"
#include "stub.h"

#define NR_REGS		16u
#define REG_R11		11

static bool is_return_thunk(unsigned long target)
{
	return target == dtk_ksym.__x86_return_thunk || target == dtk_ksym.its_return_thunk ||
	       target == dtk_ksym.retbleed_return_thunk || target == dtk_ksym.srso_return_thunk ||
	       target == dtk_ksym.srso_alias_return_thunk ||
	       target == dtk_ksym.call_depth_return_thunk;
}

/* Number of the register that a thunk jumps through, or -1. */
static int thunk_register(unsigned long target)
{
	unsigned long array = dtk_ksym.__x86_indirect_thunk_array;

	if (array && target >= array && target < array + NR_REGS * 32)
		return (target - array) / 32;
	array = dtk_ksym.__x86_indirect_its_thunk_array;
	if (array && target >= array && target < array + NR_REGS * 64)
		return (target - array) / 64;
	return -1;
}

/* int3 or a five-byte nop's first bytes: what the compiler and the kernel put behind a return or jump. */
static bool is_filler(const u8 *at, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (at[i] != INT3_INSN_OPCODE)
			return false;
	}
	return true;
}

enum leaving { STAYS, RETURNS, JUMPS, JUMPS_REG };

/* How the instruction leaves a function, whatever the function. *reg, *target: of a jump. */
static enum leaving classify(const u8 *at, unsigned long addr, u32 length, int *reg,
			     unsigned long *target)
{
	if (at[0] == RET_INSN_OPCODE || at[0] == 0xc2)
		return RETURNS;
	if (at[0] == JMP32_INSN_OPCODE && length == 5) {
		*target = addr + 5 + *(const s32 *)(at + 1);
		if (is_return_thunk(*target))
			return RETURNS;
		*reg = thunk_register(*target);
		return *reg >= 0 ? JUMPS_REG : JUMPS;
	}
	if (at[0] == JMP8_INSN_OPCODE && length == 2) {
		*target = addr + 2 + *(const s8 *)(at + 1);
		return JUMPS;
	}
	if (at[0] == 0xff && (at[1] & 0xf8) == 0xe0) {
		*reg = at[1] & 7;
		return JUMPS_REG;
	}
	if (at[0] == 0x41 && at[1] == 0xff && (at[2] & 0xf8) == 0xe0) {
		*reg = 8 + (at[2] & 7);
		return JUMPS_REG;
	}
	return STAYS;
}

/* Five bytes can be exchanged if the instruction has so many, or if nothing that runs follows it. */
static bool has_room(const u8 *at, u32 length)
{
	return length >= 5 || is_filler(at + length, 5 - length);
}

bool dtk_site_is_exit(struct dtk_site *site, u32 length)
{
	const u8 *at = (const u8 *)site->addr;
	unsigned long target = 0;
	int reg = -1;

	switch (classify(at, site->addr, length, &reg, &target)) {
	case STAYS:
		return false;
	case RETURNS:
		if (at[0] == 0xc2)
			return false;
		site->cont = 0;
		break;
	case JUMPS:
		site->cont = target;
		break;
	case JUMPS_REG:
		site->reg = reg;
		break;
	}
	return has_room(at, length) && reg != REG_R11;
}

struct scan {
	const struct dtrace_image *image;
	const struct dtrace_func *func;
	const struct dtrace_func *cold;		/* a part of it that was moved away */
	struct dtrace_return *found;
	u32 room;
	u32 nr;
};

static bool is_within(const struct dtrace_func *func, unsigned long addr)
{
	return addr >= func->addr && addr < func->addr + func->size;
}

/* Does the jump leave the function? The moved part of it is found this way too. */
static bool leaves(struct scan *scan, unsigned long target)
{
	struct dtrace_image *image;
	const struct dtrace_func *func;

	if (is_within(scan->func, target) || (scan->cold && is_within(scan->cold, target)))
		return false;
	func = dtk_func_find(target, &image);
	if (!func)
		return true;
	if (func->flags & DTRACE_FUNC_COLD && image == scan->image) {
		if (!scan->cold)
			scan->cold = func;
		return false;
	}
	/* Into the middle of another function: a moved part with a name of its own. */
	return func->addr == target;
}

static void scan_add(struct scan *scan, unsigned long addr, bool is_indirect)
{
	if (scan->nr < scan->room)
		scan->found[scan->nr] = (struct dtrace_return){ addr, is_indirect };
	scan->nr++;
}

/* A conditional jump to the moved part tells where that is. */
static void look_for_cold(struct scan *scan, const u8 *at, unsigned long addr)
{
	if (!scan->cold && at[0] == 0x0f && (at[1] & 0xf0) == 0x80)
		leaves(scan, addr + 6 + *(const s32 *)(at + 2));
}

/* First bytes of instructions that may leave a function, or tell of a part that was moved away. */
static bool may_leave(u8 first, u8 second)
{
	switch (first) {
	case 0x0f:
		return (second & 0xf0) == 0x80;
	case 0xc2: case RET_INSN_OPCODE: case INT3_INSN_OPCODE:
	case JMP32_INSN_OPCODE: case JMP8_INSN_OPCODE:
		return true;
	case 0xff:
		return (second & 0xf8) == 0xe0;
	}
	return false;
}

/*
 * Length of an instruction by its first two bytes, REX aside. 0: more has to be looked at, or the instruction itself
 * is of interest. Millions of instructions are stepped over by this table.
 */
static u8 *steps;

static u8 step_of(u8 first, u8 second)
{
	u8 bytes[DTK_INSN_MAX + 1] = { first, second, 0x05 };
	u8 attr = dtk_insn_op_1b[first];
	u32 length;

	if (may_leave(first, second) || attr == DTK_OP_PREFIX || attr == DTK_OP_REX)
		return 0;
	switch (first) {
	case 0x0f: case 0x62: case 0x8f: case 0xc4: case 0xc5:
		return 0;
	}
	/* The third byte may say that a displacement follows: a SIB byte with base 5. */
	length = dtk_insn_length(bytes, sizeof(bytes));
	bytes[2] = 0;
	return length == dtk_insn_length(bytes, sizeof(bytes)) ? length : 0;
}

void dtk_scan_exit(void)
{
	kvfree(steps);
}

void dtrace_text_walk_many(struct dtrace_text_walk *walk)
{
	u32 i;

	if (!steps) {
		steps = kvmalloc(1u << 16, GFP_KERNEL);
		for (i = 0; steps && i < 1u << 16; i++)
			steps[i] = step_of(i, i >> 8);
	}
	walk->steps = steps;
}
EXPORT_SYMBOL_GPL(dtrace_text_walk_many);

/* A quarter of the kernel's text is filled with these. */
static u32 filler_length(const u8 *at, unsigned long left)
{
	u32 length = 0;

	while (length + 8 <= left && *(const u64 *)(at + length) == 0x0101010101010101ull * INT3_INSN_OPCODE)
		length += 8;
	while (length < left && at[length] == INT3_INSN_OPCODE)
		length++;
	return length;
}

/* Bytes of an instruction for which the table has no answer, if it is of no interest; else 0. */
static u32 step_over(const struct dtrace_text_walk *walk, const struct dtrace_func *func,
		     unsigned long addr)
{
	const u8 *at = (const u8 *)addr;

	switch (at[0]) {
	case INT3_INSN_OPCODE:
		return walk->is_plain ? filler_length(at, func->addr + func->size - addr) : 0;
	case JMP8_INSN_OPCODE:
		return is_within(func, addr + 2 + *(const s8 *)(at + 1)) ? 2 : 0;
	case 0x0f:
		if ((at[1] & 0xf0) != 0x80)
			break;
		return is_within(func, addr + 6 + *(const s32 *)(at + 2)) ? 6 : 0;
	case JMP32_INSN_OPCODE: case RET_INSN_OPCODE: case 0xc2: case 0xff: case 0x41:
		return 0;
	}
	return dtk_insn_length(at, DTK_INSN_MAX + 1);
}

/* Over instructions that are of no interest. limit: of readable text. Return: the first that may be. */
static unsigned long skip(const struct dtrace_text_walk *walk, const struct dtrace_func *func,
			  unsigned long addr, unsigned long limit)
{
	unsigned long end = func->addr + func->size;
	const u8 *steps = walk->steps;

	limit -= DTK_INSN_MAX + 1;
	while (addr < end && addr < limit) {
		const u8 *at = (const u8 *)addr;
		u32 rex = (at[0] & 0xf0) == 0x40, step;

		step = steps[*(const u16 *)(at + rex)];
		/* A mov of eight bytes is the one whose length REX.W changes. */
		if (unlikely(!step || (rex && (*(const u16 *)at & 0xf808) == 0xb808))) {
			step = step_over(walk, func, addr);
			rex = 0;
			if (!step)
				return addr;
		}
		addr += rex + step;
	}
	return addr;
}

static void scan_range(struct scan *scan, const struct dtrace_func *func,
		       struct dtrace_text_walk *walk)
{
	const struct dtrace_func *last = &scan->image->func[scan->image->nr - 1];
	unsigned long addr = func->addr, end = addr + func->size;

	while (addr < end) {
		unsigned long target = 0;
		u32 length, covered;
		const u8 *at;
		int reg = -1;

		if (likely(!walk->is_careful && walk->steps)) {
			addr = skip(walk, func, addr, last->addr);
			if (addr >= end)
				return;
		}
		at = dtk_text_bytes(walk, addr, &covered);
		if (*at == INT3_INSN_OPCODE) {
			addr++;
			continue;
		}
		length = dtk_insn_length(at, covered ? DTK_SITE_BYTES : end - addr);
		if (!length)
			return;
		look_for_cold(scan, at, addr);
		switch (classify(at, addr, length, &reg, &target)) {
		case STAYS:
			break;
		case RETURNS:
			scan_add(scan, addr, false);
			break;
		case JUMPS:
			if (leaves(scan, target))
				scan_add(scan, addr, false);
			break;
		case JUMPS_REG:
			scan_add(scan, addr, true);
			break;
		}
		addr += max(length, covered);
	}
}

unsigned int dtrace_func_returns(struct dtrace_text_walk *walk, const struct dtrace_image *image,
				 const struct dtrace_func *func, struct dtrace_return *returns,
				 unsigned int room)
{
	struct scan scan = { .image = image, .func = func, .found = returns, .room = room };

	walk->is_careful = false;
	scan_range(&scan, func, walk);
	walk->is_careful = false;
	if (scan.cold)
		scan_range(&scan, scan.cold, walk);
	return scan.nr;
}
EXPORT_SYMBOL_GPL(dtrace_func_returns);
