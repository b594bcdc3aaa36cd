// SPDX-License-Identifier: GPL-2.0-only
/*
 * Displaced instructions: which are emulated, which are copied, which are refused, and how. Also what probes show of
 * an instruction: its target and whether it branches.
 *
 * Context: any, probe context included; no kernel calls but loads that may fault, no state.
 */
#include "os.h"
#include "displace.h"

#define FLAG_CF		0x001
#define FLAG_PF		0x004
#define FLAG_ZF		0x040
#define FLAG_SF		0x080
#define FLAG_OF		0x800

enum { REG_CX = 1, REG_SP = 4 };

/* Registers as instructions number them, as words of struct pt_regs. */
#define WORD(member)	(offsetof(struct pt_regs, member) / sizeof(unsigned long))
static const u8 reg_word[16] = {
	WORD(ax), WORD(cx), WORD(dx), WORD(bx), WORD(sp), WORD(bp), WORD(si), WORD(di),
	WORD(r8), WORD(r9), WORD(r10), WORD(r11), WORD(r12), WORD(r13), WORD(r14), WORD(r15),
};

static __always_inline unsigned long *reg_at(struct pt_regs *regs, u32 reg)
{
	return (unsigned long *)regs + reg_word[reg & 15];
}

static __always_inline unsigned long reg_value(const struct pt_regs *regs, u32 reg)
{
	return ((const unsigned long *)regs)[reg_word[reg & 15]];
}

/* Numbers of the registers in ModRM and in the opcode, extended by REX. */
static __always_inline u32 rm_of(const struct dtk_insn *insn)
{
	return (insn->modrm & 7) | (insn->rex & DTK_INSN_REX_B) << 3;
}

static __always_inline u32 reg_of(const struct dtk_insn *insn)
{
	return (insn->modrm >> 3 & 7) | (insn->rex & DTK_INSN_REX_R) << 1;
}

static __always_inline u32 opcode_reg_of(const struct dtk_insn *insn)
{
	return (insn->opcode & 7) | (insn->rex & DTK_INSN_REX_B) << 3;
}

/* What is pushed: the register is in the opcode or (ff /6) in ModRM. */
static __always_inline u32 pushed_reg(const struct dtk_insn *insn)
{
	return insn->has_modrm ? rm_of(insn) : opcode_reg_of(insn);
}

/* Offset of the memory operand within its segment. */
static notrace unsigned long effective_address(const struct dtk_insn *insn, unsigned long addr,
					       const struct pt_regs *regs)
{
	unsigned long ea = (long)insn->disp;

	if (insn->is_rip_relative) {
		ea += addr + insn->length;
	} else if (!insn->has_sib) {
		ea += reg_value(regs, rm_of(insn));
	} else {
		u32 index = (insn->sib >> 3 & 7) | (insn->rex & DTK_INSN_REX_X) << 2;

		if ((insn->sib & 7) != 5 || insn->modrm >> 6)
			ea += reg_value(regs, (insn->sib & 7) | (insn->rex & DTK_INSN_REX_B) << 3);
		if (index != REG_SP)
			ea += reg_value(regs, index) << (insn->sib >> 6);
	}
	return insn->flags & DTK_INSN_F_ADDRSIZE ? (u32)ea : ea;
}
NOKPROBE_SYMBOL(effective_address);

/* Vectors of addresses (VSIB) have no one address. */
static notrace bool is_gather(const struct dtk_insn *insn)
{
	if (insn->map != DTK_INSN_MAP_0F38 || !insn->has_sib)
		return false;
	if (insn->encoding == DTK_INSN_EVEX)
		return (insn->opcode >= 0x90 && insn->opcode <= 0x93) ||
		       (insn->opcode >= 0xa0 && insn->opcode <= 0xa3) ||
		       insn->opcode == 0xc6 || insn->opcode == 0xc7;
	return insn->encoding == DTK_INSN_VEX && insn->opcode >= 0x90 && insn->opcode <= 0x93;
}
NOKPROBE_SYMBOL(is_gather);

static notrace bool is_condition_met(u32 condition, unsigned long flags)
{
	bool is_less = !!(flags & FLAG_SF) != !!(flags & FLAG_OF);
	bool is_met = false;

	switch (condition >> 1) {
	case 0:
		is_met = flags & FLAG_OF;
		break;
	case 1:
		is_met = flags & FLAG_CF;
		break;
	case 2:
		is_met = flags & FLAG_ZF;
		break;
	case 3:
		is_met = flags & (FLAG_CF | FLAG_ZF);
		break;
	case 4:
		is_met = flags & FLAG_SF;
		break;
	case 5:
		is_met = flags & FLAG_PF;
		break;
	case 6:
		is_met = is_less;
		break;
	case 7:
		is_met = is_less || flags & FLAG_ZF;
		break;
	}
	return is_met != (condition & 1);
}
NOKPROBE_SYMBOL(is_condition_met);

/* Of loops the count that the branch looks at: after it was decremented, except for jrcxz. */
static __always_inline unsigned long loop_count(const struct dtk_insn *insn, const struct pt_regs *regs)
{
	unsigned long count = regs->cx - (insn->opcode != 0xe3);

	return insn->flags & DTK_INSN_F_ADDRSIZE ? (u32)count : count;
}

notrace bool dtk_insn_taken(const struct dtk_insn *insn, const struct pt_regs *regs)
{
	switch (insn->class) {
	case DTK_INSN_JCC:
		return is_condition_met(insn->opcode & 15, regs->flags);
	case DTK_INSN_LOOP:
		if (insn->opcode == 0xe3)
			return !loop_count(insn, regs);
		if (!loop_count(insn, regs))
			return false;
		return insn->opcode == 0xe2 || !!(regs->flags & FLAG_ZF) == (insn->opcode == 0xe1);
	case DTK_INSN_JMP:
	case DTK_INSN_JMP_IND:
	case DTK_INSN_CALL:
	case DTK_INSN_CALL_IND:
	case DTK_INSN_RET:
	case DTK_INSN_FAR:
		return true;
	}
	return false;
}
NOKPROBE_SYMBOL(dtk_insn_taken);

/* Stacks and operands may be at any address. */
static __always_inline unsigned long load_word(unsigned long at)
{
	unsigned long word;

	__builtin_memcpy(&word, (const void *)at, sizeof(word));
	return word;
}

/* The word at an address, 0 if it cannot be read. */
static notrace u64 peek(unsigned long at)
{
	u64 room = dtc_ram_window(at);
	unsigned long word;

	if (!room || (room < sizeof(word) && !dtc_ram_window(at + room)))
		return 0;
	dtc_load(&word, (void *)at, unsigned long, fault);
	return word;
fault:
	return 0;
}
NOKPROBE_SYMBOL(peek);

notrace u64 dtk_insn_target(const struct dtk_insn *insn, unsigned long addr, const struct pt_regs *regs)
{
	switch (insn->class) {
	case DTK_INSN_JCC:
	case DTK_INSN_LOOP:
	case DTK_INSN_JMP:
	case DTK_INSN_CALL:
		return addr + insn->length + insn->imm;
	case DTK_INSN_JMP_IND:
	case DTK_INSN_CALL_IND:
		if (!insn->has_memory)
			return reg_value(regs, rm_of(insn));
		if (insn->flags & DTK_INSN_F_SEGMENT)
			return 0;
		return peek(effective_address(insn, addr, regs));
	case DTK_INSN_RET:
		/* The stack that runs can be read; peek() would walk page tables for it. */
		return load_word(regs->sp);
	case DTK_INSN_NOP:
		return 0;
	}
	if (insn->encoding == DTK_INSN_LEGACY && insn->map == DTK_INSN_MAP_1B && insn->opcode >= 0xa0 &&
	    insn->opcode <= 0xa3)
		return insn->imm_size == 4 ? (u32)insn->imm : insn->imm;
	if (!insn->has_memory || is_gather(insn))
		return 0;
	return effective_address(insn, addr, regs);
}
NOKPROBE_SYMBOL(dtk_insn_target);

/* Why an instruction of no special class must stay where it is; NULL: it need not. */
static notrace const char *refuse_other(const struct dtk_insn *insn)
{
	if (insn->encoding != DTK_INSN_LEGACY)
		return NULL;
	if (insn->map == DTK_INSN_MAP_1B) {
		if (insn->opcode == 0xfb)
			return "sti shadow";
		/* After sti it starts before the interrupt that would have ended it: the breakpoint ends the shadow. */
		if (insn->opcode == 0xf4)
			return "sleep in an sti shadow";
		if (insn->opcode == 0x8e && (insn->modrm & 0x38) == 0x10)
			return "ss shadow";
	} else if (insn->map == DTK_INSN_MAP_0F) {
		if (insn->opcode == 0x1e && insn->pp == 0xf3 && !insn->has_memory &&
		    (insn->modrm == 0xfa || insn->modrm == 0xfb))
			return "landing pad";
	}
	return NULL;
}
NOKPROBE_SYMBOL(refuse_other);

static notrace enum dtk_displace plan(const struct dtk_insn *insn, const char **why)
{
	bool is_branch = insn->class >= DTK_INSN_JCC && insn->class <= DTK_INSN_RET;

	if (insn->is_rip_relative && insn->flags & DTK_INSN_F_ADDRSIZE && insn->class != DTK_INSN_NOP) {
		*why = "32-bit address relative to ip";
		return DTK_DISPLACE_REFUSE;
	}
	if (is_branch && insn->flags & DTK_INSN_F_OPSIZE) {
		*why = "16-bit branch";
		return DTK_DISPLACE_REFUSE;
	}
	switch (insn->class) {
	case DTK_INSN_INT3:
		*why = "breakpoint";
		return DTK_DISPLACE_REFUSE;
	case DTK_INSN_UD:
		*why = "trap that the kernel knows by its address";
		return DTK_DISPLACE_REFUSE;
	case DTK_INSN_FAR:
		*why = "far transfer";
		return DTK_DISPLACE_REFUSE;
	case DTK_INSN_NOP:
	case DTK_INSN_JCC:
	case DTK_INSN_LOOP:
	case DTK_INSN_JMP:
	case DTK_INSN_CALL:
	case DTK_INSN_RET:
	case DTK_INSN_PUSH_REG:
	case DTK_INSN_MOV_REG:
		return DTK_DISPLACE_EMULATE;
	case DTK_INSN_CALL_IND:
		if (!insn->has_memory || !(insn->flags & DTK_INSN_F_SEGMENT))
			return DTK_DISPLACE_EMULATE;
		*why = "call through a segment";
		return DTK_DISPLACE_REFUSE;
	case DTK_INSN_JMP_IND:
		return insn->has_memory ? DTK_DISPLACE_COPY : DTK_DISPLACE_EMULATE;
	}
	*why = refuse_other(insn);
	return *why ? DTK_DISPLACE_REFUSE : DTK_DISPLACE_COPY;
}
NOKPROBE_SYMBOL(plan);

notrace enum dtk_displace dtk_displace_plan(const struct dtk_insn *insn, const u8 *bytes, const char **why)
{
	*why = NULL;
	if (!insn->length) {
		*why = "not an instruction";
		return DTK_DISPLACE_REFUSE;
	}
	return plan(insn, why);
}
NOKPROBE_SYMBOL(dtk_displace_plan);

static __always_inline void push_word(struct pt_regs *regs, unsigned long word)
{
	regs->sp -= sizeof(word);
	__builtin_memcpy((void *)regs->sp, &word, sizeof(word));
}

static __always_inline void emulate_mov(const struct dtk_insn *insn, struct pt_regs *regs)
{
	bool is_load = insn->opcode == 0x8b;
	unsigned long value = reg_value(regs, is_load ? rm_of(insn) : reg_of(insn));

	if (!(insn->rex & DTK_INSN_REX_W))
		value = (u32)value;
	*reg_at(regs, is_load ? reg_of(insn) : rm_of(insn)) = value;
}

notrace void dtk_displace_emulate(const struct dtk_insn *insn, unsigned long addr, struct pt_regs *regs)
{
	unsigned long next = addr + insn->length;
	unsigned long target;

	switch (insn->class) {
	case DTK_INSN_JCC:
		if (is_condition_met(insn->opcode & 15, regs->flags))
			next += insn->imm;
		break;
	case DTK_INSN_LOOP:
		target = dtk_insn_taken(insn, regs) ? next + insn->imm : next;
		if (insn->opcode != 0xe3)
			regs->cx = loop_count(insn, regs);
		next = target;
		break;
	case DTK_INSN_JMP:
		next += insn->imm;
		break;
	case DTK_INSN_JMP_IND:
		next = reg_value(regs, rm_of(insn));
		break;
	case DTK_INSN_CALL:
		push_word(regs, next);
		next += insn->imm;
		break;
	case DTK_INSN_CALL_IND:
		target = insn->has_memory ? load_word(effective_address(insn, addr, regs)) :
					    reg_value(regs, rm_of(insn));
		push_word(regs, next);
		next = target;
		break;
	case DTK_INSN_RET:
		next = load_word(regs->sp);
		regs->sp += sizeof(next) + (insn->opcode == 0xc2 ? (u16)insn->imm : 0);
		break;
	case DTK_INSN_PUSH_REG:
		push_word(regs, reg_value(regs, pushed_reg(insn)));
		break;
	case DTK_INSN_MOV_REG:
		emulate_mov(insn, regs);
		break;
	}
	regs->ip = next;
}
NOKPROBE_SYMBOL(dtk_displace_emulate);

static __always_inline void put_s32(u8 *out, s64 value)
{
	out[0] = value;
	out[1] = value >> 8;
	out[2] = value >> 16;
	out[3] = value >> 24;
}

static __always_inline bool fits_s32(s64 value)
{
	return value == (s32)value;
}

notrace int dtk_displace_copy(u8 *out, unsigned long out_addr, const struct dtk_insn *insn, const u8 *bytes,
			      unsigned long addr)
{
	const char *why;
	s64 distance;
	u32 i;

	if (dtk_displace_plan(insn, bytes, &why) != DTK_DISPLACE_COPY)
		return -EINVAL;
	for (i = 0; i < insn->length; i++)
		out[i] = bytes[i];
	if (insn->is_rip_relative) {
		distance = (s64)insn->disp + (s64)(addr - out_addr);
		if (!fits_s32(distance))
			return -ERANGE;
		put_s32(out + insn->disp_at, distance);
	}
	distance = (s64)(addr - out_addr) - 5;
	if (!fits_s32(distance))
		return -ERANGE;
	out[i] = 0xe9;
	put_s32(out + i + 1, distance);
	return i + 5;
}
NOKPROBE_SYMBOL(dtk_displace_copy);
