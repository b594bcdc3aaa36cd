// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each opcode of x86-64 brings with it - ModRM, immediate, branch distance - and which encodings are not defined.
 * Written from the opcode maps of the processor manuals (volume 2, appendix A).
 *
 * Context: any; read-only tables and pure functions.
 */
#include "os.h"
#include "insn.h"

#define M	DTK_OP_MODRM
#define MB	(DTK_OP_MODRM | DTK_IMM_B)
#define MZ	(DTK_OP_MODRM | DTK_IMM_Z)
#define IB	DTK_IMM_B
#define IW	DTK_IMM_W
#define IZ	DTK_IMM_Z
#define P	DTK_OP_PREFIX
#define R	DTK_OP_RARE
#define X	DTK_OP_UNDEFINED

const u8 dtk_insn_op_1b[256] = {
	/* Eight operations of the same shape; in between, segment registers (gone) and prefixes. */
	[0x00 ... 0x03] = M, [0x04] = IB, [0x05] = IZ, [0x06 ... 0x07] = X,
	[0x08 ... 0x0b] = M, [0x0c] = IB, [0x0d] = IZ, [0x0e] = X, [0x0f] = R,
	[0x10 ... 0x13] = M, [0x14] = IB, [0x15] = IZ, [0x16 ... 0x17] = X,
	[0x18 ... 0x1b] = M, [0x1c] = IB, [0x1d] = IZ, [0x1e ... 0x1f] = X,
	[0x20 ... 0x23] = M, [0x24] = IB, [0x25] = IZ, [0x26] = P, [0x27] = X,
	[0x28 ... 0x2b] = M, [0x2c] = IB, [0x2d] = IZ, [0x2e] = P, [0x2f] = X,
	[0x30 ... 0x33] = M, [0x34] = IB, [0x35] = IZ, [0x36] = P, [0x37] = X,
	[0x38 ... 0x3b] = M, [0x3c] = IB, [0x3d] = IZ, [0x3e] = P, [0x3f] = X,
	[0x40 ... 0x4f] = DTK_OP_REX,
	/* push, pop: nothing */
	[0x60 ... 0x61] = X, [0x62] = R, [0x63] = M, [0x64 ... 0x67] = P,
	[0x68] = IZ, [0x69] = MZ, [0x6a] = IB, [0x6b] = MB,
	[0x70 ... 0x7f] = DTK_IMM_REL8,
	[0x80] = MB, [0x81] = MZ, [0x82] = X, [0x83] = MB,
	[0x84 ... 0x8b] = M, [0x8c ... 0x8f] = M | R,
	[0x9a] = X,
	[0xa0 ... 0xa3] = DTK_IMM_MOFFS, [0xa8] = IB, [0xa9] = IZ,
	[0xb0 ... 0xb7] = IB, [0xb8 ... 0xbf] = DTK_IMM_V,
	[0xc0 ... 0xc1] = MB, [0xc2] = IW, [0xc4 ... 0xc5] = R, [0xc6] = MB | R, [0xc7] = MZ | R,
	[0xc8] = DTK_IMM_WB, [0xca] = IW, [0xcd] = IB, [0xce] = X,
	[0xd0 ... 0xd3] = M, [0xd4 ... 0xd6] = X, [0xd8 ... 0xdf] = M,
	[0xe0 ... 0xe3] = DTK_IMM_REL8, [0xe4 ... 0xe7] = IB,
	[0xe8 ... 0xe9] = DTK_IMM_REL32, [0xea] = X, [0xeb] = DTK_IMM_REL8,
	[0xf0] = P, [0xf2 ... 0xf3] = P,
	[0xf6] = M | DTK_IMM_GROUP3B, [0xf7] = M | DTK_IMM_GROUP3Z, [0xfe ... 0xff] = M | R,
};

const u8 dtk_insn_op_0f[256] = {
	[0x00 ... 0x01] = M | R, [0x02 ... 0x03] = M, [0x04] = X, [0x0a] = X, [0x0c] = X, [0x0d] = M, [0x0f] = MB,
	[0x10 ... 0x1f] = M,
	/* mov to and from control and debug registers: ModRM.mod is ignored */
	[0x20 ... 0x23] = M | R, [0x24 ... 0x27] = X, [0x28 ... 0x2f] = M,
	[0x36] = X, [0x37] = R, [0x38] = R, [0x39] = X, [0x3a] = R, [0x3b ... 0x3f] = X,
	[0x40 ... 0x6f] = M,
	[0x70 ... 0x73] = MB, [0x74 ... 0x76] = M, [0x77] = R, [0x78 ... 0x79] = M | R,
	[0x7a ... 0x7b] = X, [0x7c ... 0x7f] = M,
	[0x80 ... 0x8f] = DTK_IMM_REL32,
	[0x90 ... 0x9f] = M,
	[0xa3] = M, [0xa4] = MB, [0xa5 ... 0xa7] = M, [0xab] = M, [0xac] = MB, [0xad] = M, [0xae] = M | R, [0xaf] = M,
	[0xb0 ... 0xb1] = M, [0xb2] = M | R, [0xb3] = M, [0xb4 ... 0xb5] = M | R, [0xb6 ... 0xb7] = M,
	[0xb8] = M | R, [0xb9] = M, [0xba] = MB | R, [0xbb ... 0xbf] = M,
	[0xc0 ... 0xc1] = M, [0xc2] = MB, [0xc3] = M | R, [0xc4 ... 0xc6] = MB, [0xc7] = M | R,
	[0xd0 ... 0xff] = M,
};

/*
 * Bytes from ModRM to the displacement's end, ModRM included. A SIB byte without base (mod 0) brings four more: only
 * the SIB byte tells.
 */
#define ROW0	1, 1, 1, 1, 2, 5, 1, 1
#define ROW1	2, 2, 2, 2, 3, 2, 2, 2
#define ROW2	5, 5, 5, 5, 6, 5, 5, 5
#define ROW3	1, 1, 1, 1, 1, 1, 1, 1
#define ALL8(row) row, row, row, row, row, row, row, row
const u8 dtk_insn_modrm_size[256] = { ALL8(ROW0), ALL8(ROW1), ALL8(ROW2), ALL8(ROW3) };

/* One bit per opcode without VEX. */
struct opcode_set {
	u32 word[8];
};

#define RANGE(from, to)	((u32)((2ull << (to)) - (1ull << (from))))

static const struct opcode_set defined_0f38 = { {
	/* 00-0b, 10, 14, 15, 17, 1c-1e */
	RANGE(0, 11) | RANGE(16, 16) | RANGE(20, 21) | RANGE(23, 23) | RANGE(28, 30),
	/* 20-25, 28-2b, 30-35, 37-3f */
	RANGE(0, 5) | RANGE(8, 11) | RANGE(16, 21) | RANGE(23, 31),
	/* 40, 41 */
	RANGE(0, 1),
	0,
	0,
	0,
	/* c8-cd, cf, d8, db-df */
	RANGE(8, 13) | RANGE(15, 15) | RANGE(24, 24) | RANGE(27, 31),
	/* fa, fb; others below */
	RANGE(26, 27),
} };

static const struct opcode_set defined_0f3a = { {
	/* 08-0f, 14-17 */
	RANGE(8, 15) | RANGE(20, 23),
	/* 20-22 */
	RANGE(0, 2),
	/* 40-42, 44 */
	RANGE(0, 2) | RANGE(4, 4),
	/* 60-63 */
	RANGE(0, 3),
	0,
	0,
	/* cc, ce, cf, df */
	RANGE(12, 12) | RANGE(14, 15) | RANGE(31, 31),
	0,
} };

static notrace bool has_opcode(const struct opcode_set *set, u8 opcode)
{
	return set->word[opcode >> 5] >> (opcode & 31) & 1;
}
NOKPROBE_SYMBOL(has_opcode);

/* Which values of ModRM.reg (or, of group 7, whole ModRM bytes) an instruction of the 0f map may have. */
static notrace bool is_defined_0f(const struct dtk_insn *insn)
{
	u32 reg = insn->modrm >> 3 & 7;

	switch (insn->opcode) {
	case 0x00:
		return reg < 6 || (reg == 6 && insn->pp == 0xf2);
	case 0x01:
		if (insn->has_memory)
			return reg != 5 || insn->pp == 0xf3;
		return dtk_insn_group7_name(insn) != NULL;
	case 0x20: case 0x22:
		reg |= (insn->rex & DTK_INSN_REX_R) << 1;
		return reg == 0 || (reg >= 2 && reg <= 4) || reg == 8;
	case 0x21: case 0x23:
		return !(insn->rex & DTK_INSN_REX_R);
	case 0x37: case 0x77:
		return !insn->pp;
	case 0x78:
		return insn->pp != 0xf3 && (insn->pp != 0x66 || (!reg && !insn->has_memory)) &&
		       (insn->pp != 0xf2 || !insn->has_memory);
	case 0x79:
		return insn->pp != 0xf3 && (!insn->pp || !insn->has_memory);
	case 0xae:
		if (insn->has_memory)
			return !insn->pp || (insn->pp == 0x66 && reg >= 6) ||
			       (insn->pp == 0xf3 && (reg == 4 || reg == 6));
		return insn->pp == 0xf3 ? reg != 7 : insn->pp ? reg == 6 : reg >= 5;
	case 0xb2: case 0xb4: case 0xb5:
		return insn->has_memory;
	case 0xb8:
		return insn->pp == 0xf3;
	case 0xba:
		return reg >= 4;
	case 0xc3:
		return insn->has_memory && !insn->pp;
	case 0xc7:
		if (!insn->has_memory)
			return reg >= 6 && insn->pp != 0xf2;
		return reg == 1 || (reg == 6 && insn->pp != 0xf2) || (reg >= 3 && !insn->pp);
	}
	return true;
}
NOKPROBE_SYMBOL(is_defined_0f);

/* Those on general registers and memory want their prefix. */
static notrace bool is_defined_0f38(const struct dtk_insn *insn)
{
	switch (insn->opcode) {
	case 0x80 ... 0x82: case 0xf5:
		return insn->pp == 0x66 && insn->has_memory;
	case 0xf0: case 0xf1:
		return insn->has_memory || insn->pp == 0xf2;
	case 0xf6:
		return insn->pp == 0x66 || insn->pp == 0xf3 || (!insn->pp && insn->has_memory);
	case 0xf8:
		return insn->pp && insn->has_memory;
	case 0xf9:
		return !insn->pp && insn->has_memory;
	}
	return has_opcode(&defined_0f38, insn->opcode);
}
NOKPROBE_SYMBOL(is_defined_0f38);

static notrace bool is_defined_1b(const struct dtk_insn *insn)
{
	u32 reg = insn->modrm >> 3 & 7;

	switch (insn->opcode) {
	case 0x8c:
		return reg < 6;
	case 0x8d:
		return insn->has_memory;
	case 0x8e:
		return reg < 6 && reg != 1;
	case 0x8f:
		return reg == 0;
	case 0xc6: case 0xc7:
		return reg == 0 || insn->modrm == 0xf8;
	case 0xfe:
		return reg < 2;
	case 0xff:
		return reg != 7 && ((reg != 3 && reg != 5) || insn->has_memory);
	}
	return true;
}
NOKPROBE_SYMBOL(is_defined_1b);

/* lock is for what reads, changes and writes memory. */
static notrace bool may_lock(const struct dtk_insn *insn)
{
	u32 reg = insn->modrm >> 3 & 7;

	if (insn->encoding != DTK_INSN_LEGACY || !insn->has_memory)
		return false;
	if (insn->map == DTK_INSN_MAP_1B) {
		switch (insn->opcode) {
		case 0x00 ... 0x37:
			return (insn->opcode & 7) < 2;
		case 0x80 ... 0x83:
			return reg != 7;
		case 0x86 ... 0x87:
			return true;
		case 0xf6 ... 0xf7:
			return reg == 2 || reg == 3;
		case 0xfe ... 0xff:
			return reg < 2;
		}
	} else if (insn->map == DTK_INSN_MAP_0F) {
		switch (insn->opcode) {
		case 0xab: case 0xb0: case 0xb1: case 0xb3: case 0xbb: case 0xc0: case 0xc1:
			return true;
		case 0xba:
			return reg >= 5;
		case 0xc7:
			return reg == 1;
		}
	}
	return false;
}
NOKPROBE_SYMBOL(may_lock);

/**
 * dtk_insn_is_defined - whether the processor knows this form
 * @insn: everything but class and immediate is there
 *
 * Vector instructions are taken as they come: their length does not depend on it.
 * Context: any. Return: false if it raises #UD without being meant to.
 */
notrace bool dtk_insn_is_defined(const struct dtk_insn *insn)
{
	if ((insn->flags & DTK_INSN_F_LOCK) && !may_lock(insn))
		return false;
	if (insn->encoding != DTK_INSN_LEGACY)
		return true;
	switch (insn->map) {
	case DTK_INSN_MAP_1B:
		return is_defined_1b(insn);
	case DTK_INSN_MAP_0F:
		return is_defined_0f(insn);
	case DTK_INSN_MAP_0F38:
		return is_defined_0f38(insn);
	case DTK_INSN_MAP_0F3A:
		if (insn->opcode == 0xf0)
			return insn->pp == 0xf3 && insn->modrm == 0xc0;
		return has_opcode(&defined_0f3a, insn->opcode);
	}
	return false;
}
NOKPROBE_SYMBOL(dtk_insn_is_defined);
