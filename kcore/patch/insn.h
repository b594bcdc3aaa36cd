/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86-64 instructions, taken apart: length, prefixes, opcode map, ModRM, displacement, immediate, class and name of
 * whatever 64-bit kernel text may hold. insn.c decodes, insn_table.c knows the opcodes, insn_name.c the names.
 *
 * Pure logic, no kernel calls: also compiled in user space by the unit tests and test/tools/textcheck.cpp.
 * Context of everything here: any, probe context included.
 */
#ifndef _DTK_PATCH_INSN_H
#define _DTK_PATCH_INSN_H

#include <linux/types.h>

#define DTK_INSN_MAX		15	/* bytes: longer ones are refused by the CPU */
#define DTK_INSN_NAME_MAX	24	/* the longest name and its NUL fit */

enum dtk_insn_class {
	DTK_INSN_OTHER,
	DTK_INSN_NOP,		/* does nothing, touches no memory: 90, 66 90, 0f 1f ... */
	DTK_INSN_JCC,		/* conditional jump on flags, both sizes */
	DTK_INSN_LOOP,		/* loop, loope, loopne, jrcxz */
	DTK_INSN_JMP,		/* jmp rel8, rel32 */
	DTK_INSN_JMP_IND,	/* jmp *reg, *memory */
	DTK_INSN_CALL,		/* call rel32 */
	DTK_INSN_CALL_IND,	/* call *reg, *memory */
	DTK_INSN_RET,		/* ret, ret imm16 */
	DTK_INSN_PUSH_REG,	/* push of a 64-bit register */
	DTK_INSN_MOV_REG,	/* mov between 32- or 64-bit registers */
	DTK_INSN_INT3,
	DTK_INSN_UD,		/* ud0, ud1, ud2 */
	DTK_INSN_FAR,		/* leaves in any other way: far jump/call/ret, int n, iret, sysret, xbegin ... */
};

enum dtk_insn_map {
	DTK_INSN_MAP_1B,	/* one-byte opcodes */
	DTK_INSN_MAP_0F,
	DTK_INSN_MAP_0F38,
	DTK_INSN_MAP_0F3A,
	DTK_INSN_MAP_EVEX5 = 5,	/* AVX512-FP16 */
	DTK_INSN_MAP_EVEX6,
	DTK_INSN_MAP_XOP8 = 8,
	DTK_INSN_MAP_XOP9,
	DTK_INSN_MAP_XOPA,
};

enum dtk_insn_encoding {
	DTK_INSN_LEGACY,
	DTK_INSN_VEX,
	DTK_INSN_EVEX,
	DTK_INSN_XOP,
};

/* flags */
#define DTK_INSN_F_LOCK		(1u << 0)	/* f0 */
#define DTK_INSN_F_REP		(1u << 1)	/* f3, the last of f2 and f3 */
#define DTK_INSN_F_REPNE	(1u << 2)	/* f2 */
#define DTK_INSN_F_OPSIZE	(1u << 3)	/* 66 */
#define DTK_INSN_F_ADDRSIZE	(1u << 4)	/* 67 */
#define DTK_INSN_F_FS		(1u << 5)	/* 64, the last of 64 and 65 */
#define DTK_INSN_F_GS		(1u << 6)	/* 65 */
#define DTK_INSN_F_SEGMENT	(DTK_INSN_F_FS | DTK_INSN_F_GS)	/* the others mean nothing in 64-bit mode */

#define DTK_INSN_REX_B		1u
#define DTK_INSN_REX_X		2u
#define DTK_INSN_REX_R		4u
#define DTK_INSN_REX_W		8u

/**
 * struct dtk_insn - one decoded instruction
 * @length: all of it, in bytes
 * @nr_prefix: bytes of legacy prefixes and REX, 0 to 14
 * @encoding: enum dtk_insn_encoding
 * @map: enum dtk_insn_map
 * @opcode: the byte that selects within the map
 * @opcode_at: where that byte is
 * @rex: W, R, X, B as in a REX prefix (with bit 6 if there was one); for VEX, EVEX and XOP brought into the same form
 * @pp: mandatory prefix: 0, 0x66, 0xf3 or 0xf2
 * @has_modrm: @modrm counts
 * @has_memory: the ModRM byte names memory
 * @has_sib: @sib counts
 * @is_rip_relative: memory is at @disp from the end of the instruction
 * @modrm: the ModRM byte
 * @sib: the SIB byte
 * @disp_at: where the displacement is, if @disp_size
 * @disp_size: 0, 1, 4 bytes; 8 or 4 for the absolute address of a0..a3 (which is in @imm)
 * @imm_at: where the immediate or the branch distance is, if @imm_size
 * @imm_size: 0, 1, 2, 3 (enter, extrq: both), 4 or 8 bytes
 * @class: enum dtk_insn_class
 * @flags: DTK_INSN_F_*
 * @disp: sign-extended; of EVEX without its scale
 * @imm: sign-extended
 */
struct dtk_insn {
	__u8 length;
	__u8 nr_prefix;
	__u8 encoding;
	__u8 map;
	__u8 opcode;
	__u8 opcode_at;
	__u8 rex;
	__u8 pp;
	__u8 has_modrm;
	__u8 has_memory;
	__u8 has_sib;
	__u8 is_rip_relative;
	__u8 modrm;
	__u8 sib;
	__u8 disp_at;
	__u8 disp_size;
	__u8 imm_at;
	__u8 imm_size;
#ifdef __cplusplus
	__u8 insn_class;	/* "class" is a keyword there */
#else
	__u8 class;
#endif
	__u32 flags;
	__s32 disp;
	__s64 imm;
};

/**
 * dtk_insn_decode - take one instruction apart
 * @insn: out, untouched members are 0
 * @bytes: the instruction
 * @avail: bytes that may be read
 *
 * Context: any. Return: 0, or -EINVAL: not an instruction, or longer than @avail or 15 bytes.
 */
int dtk_insn_decode(struct dtk_insn *insn, const __u8 *bytes, __u32 avail);

/**
 * dtk_insn_length - how long the instruction is, fast
 * @bytes: the instruction
 * @avail: bytes that may be read; the fast way needs 16
 *
 * The same answer as dtk_insn_decode(). Context: any. Return: bytes, 0 = not decodable.
 */
__u32 dtk_insn_length(const __u8 *bytes, __u32 avail);

/**
 * dtk_insn_name - its mnemonic
 * @insn: decoded
 * @bytes: the instruction
 * @buf: out, always terminated unless @size is 0
 * @size: of @buf; DTK_INSN_NAME_MAX is enough
 *
 * Lower case, conditions as in je, jne, jb, jae, ja, jbe; calli and jmpi are the indirect forms, lcall, ljmp, lret the
 * far ones; string instructions end in b, w, d or q; prefixes that have an effect come first: lock_cmpxchg, rep_movsb,
 * repne_scasb. Everything on vector and mask registers is "simd" (xop for AMD's XOP), on the x87 stack "fpu".
 *
 * Context: any. Return: the length of the name.
 */
__u32 dtk_insn_name(const struct dtk_insn *insn, const __u8 *bytes, char *buf, __u32 size);

/* ---- between insn.c, insn_table.c and insn_name.c ---- */

/* What an opcode brings: one byte each, kind of immediate in the low four bits. */
enum dtk_insn_imm {
	DTK_IMM_NONE,
	DTK_IMM_B,		/* 1 byte */
	DTK_IMM_W,		/* 2 bytes */
	DTK_IMM_WB,		/* 2 and 1 */
	DTK_IMM_Z,		/* 4 bytes, 2 with 66 */
	DTK_IMM_V,		/* 4 bytes, 2 with 66, 8 with REX.W */
	DTK_IMM_D,		/* 4 bytes, always */
	DTK_IMM_REL8,		/* distance of a branch */
	DTK_IMM_REL32,
	DTK_IMM_MOFFS,		/* 8 bytes, 4 with 67 */
	DTK_IMM_GROUP3B,	/* 1 byte if ModRM.reg is 0 or 1 */
	DTK_IMM_GROUP3Z,	/* the same, 4 bytes, 2 with 66 */
};
#define DTK_OP_IMM		0x0f
#define DTK_OP_MODRM		0x10
#define DTK_OP_PREFIX		0x20	/* a legacy prefix */
#define DTK_OP_REX		0x40
#define DTK_OP_RARE		0x80	/* only dtk_insn_decode() knows: escapes, undefined forms */
#define DTK_OP_UNDEFINED	0xff

extern const __u8 dtk_insn_op_1b[256];
extern const __u8 dtk_insn_op_0f[256];
extern const __u8 dtk_insn_modrm_size[256];

bool dtk_insn_is_defined(const struct dtk_insn *insn);
const char *dtk_insn_group7_name(const struct dtk_insn *insn);

#endif /* _DTK_PATCH_INSN_H */
