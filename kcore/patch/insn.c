// SPDX-License-Identifier: GPL-2.0-only
/*
 * The x86-64 instruction decoder: dtk_insn_decode() takes everything apart, dtk_insn_length() answers one question,
 * fast. Both use the tables of insn_table.c.
 *
 * Context: any, probe context included; no kernel calls, no state.
 */
#include "os.h"
#include "insn.h"

/* Where the decoder is; the instruction may take bytes up to limit. */
struct cursor {
	const u8 *bytes;
	u32 at;
	u32 limit;
};

static __always_inline bool has(const struct cursor *c, u32 nr)
{
	return c->at + nr <= c->limit;
}

static __always_inline s64 read_signed(const u8 *p, u32 size)
{
	u64 value = 0;
	u32 i;

	for (i = 0; i < size; i++)
		value |= (u64)p[i] << (8 * i);
	return (s64)(value << (64 - 8 * size)) >> (64 - 8 * size);
}

/* 66, f2, f3 in this order of weight: what selects among instructions of one opcode. */
static __always_inline u8 mandatory_prefix(u32 flags)
{
	if (flags & DTK_INSN_F_REP)
		return 0xf3;
	if (flags & DTK_INSN_F_REPNE)
		return 0xf2;
	return flags & DTK_INSN_F_OPSIZE ? 0x66 : 0;
}

/* Legacy prefixes and REX. A REX prefix that does not come last has no effect. */
static notrace void read_prefixes(struct dtk_insn *insn, struct cursor *c)
{
	for (; has(c, 1); c->at++) {
		u8 byte = c->bytes[c->at];

		switch (byte) {
		case 0x66:
			insn->flags |= DTK_INSN_F_OPSIZE;
			break;
		case 0x67:
			insn->flags |= DTK_INSN_F_ADDRSIZE;
			break;
		case 0xf0:
			insn->flags |= DTK_INSN_F_LOCK;
			break;
		case 0xf2:
			insn->flags = (insn->flags & ~DTK_INSN_F_REP) | DTK_INSN_F_REPNE;
			break;
		case 0xf3:
			insn->flags = (insn->flags & ~DTK_INSN_F_REPNE) | DTK_INSN_F_REP;
			break;
		case 0x64:
			insn->flags = (insn->flags & ~DTK_INSN_F_SEGMENT) | DTK_INSN_F_FS;
			break;
		case 0x65:
			insn->flags = (insn->flags & ~DTK_INSN_F_SEGMENT) | DTK_INSN_F_GS;
			break;
		case 0x26: case 0x2e: case 0x36: case 0x3e:
			break;
		case 0x40 ... 0x4f:
			insn->rex = byte;
			continue;
		default:
			insn->nr_prefix = c->at;
			return;
		}
		insn->rex = 0;
	}
	insn->nr_prefix = c->at;
}
NOKPROBE_SYMBOL(read_prefixes);

static __always_inline u8 pp_of(u8 bits)
{
	return bits == 3 ? 0xf2 : bits == 2 ? 0xf3 : bits ? 0x66 : 0;
}

/* Of the maps 1, 2, 3 with VEX and EVEX: which opcodes have an immediate byte. */
static notrace u8 vector_attr(u8 map, u8 opcode, bool is_vex)
{
	if (map == DTK_INSN_MAP_0F3A)
		return DTK_OP_MODRM | DTK_IMM_B;
	if (map != DTK_INSN_MAP_0F)
		return DTK_OP_MODRM;
	switch (opcode) {
	case 0x70 ... 0x73: case 0xc2: case 0xc4 ... 0xc6:
		return DTK_OP_MODRM | DTK_IMM_B;
	case 0x77:
		return is_vex ? 0 : DTK_OP_UNDEFINED;
	}
	return DTK_OP_MODRM;
}
NOKPROBE_SYMBOL(vector_attr);

/* c5 RvvvvLpp; c4 RXBmmmmm WvvvvLpp; 62 RXBR0mmm Wvvvv1pp zLLbVaaa; 8f RXBmmmmm WvvvvLpp (XOP). */
static notrace int read_vector_prefix(struct dtk_insn *insn, struct cursor *c, u8 escape)
{
	const u8 *p = c->bytes + c->at;
	u32 size = escape == 0xc5 ? 2 : escape == 0x62 ? 4 : 3;
	u8 map = 1;

	if (!has(c, size + 1) || insn->rex ||
	    insn->flags & (DTK_INSN_F_LOCK | DTK_INSN_F_OPSIZE | DTK_INSN_F_REP | DTK_INSN_F_REPNE))
		return -EINVAL;
	insn->rex = (~p[1] >> 5 & DTK_INSN_REX_R);
	if (escape == 0xc5) {
		insn->pp = pp_of(p[1] & 3);
	} else {
		insn->rex |= (~p[1] >> 5 & (DTK_INSN_REX_X | DTK_INSN_REX_B)) | (p[2] >> 4 & DTK_INSN_REX_W);
		insn->pp = pp_of(p[2] & 3);
		map = p[1] & 0x1f;
	}
	c->at += size;
	insn->opcode_at = c->at;
	insn->opcode = c->bytes[c->at++];
	if (escape == 0x8f) {
		insn->encoding = DTK_INSN_XOP;
		insn->map = map;
		return map >= 8 && map <= 10 ? 0 : -EINVAL;
	}
	if (escape == 0x62) {
		insn->encoding = DTK_INSN_EVEX;
		insn->map = map & 7;
		if (map & 8 || !(p[2] & 4))
			return -EINVAL;
		return insn->map && insn->map != 4 && insn->map != 7 ? 0 : -EINVAL;
	}
	insn->encoding = DTK_INSN_VEX;
	insn->map = map;
	return map >= 1 && map <= 3 ? 0 : -EINVAL;
}
NOKPROBE_SYMBOL(read_vector_prefix);

/* The opcode with everything before it. Return: its attributes, DTK_OP_UNDEFINED if there are none. */
static notrace u8 read_opcode(struct dtk_insn *insn, struct cursor *c)
{
	u8 byte;

	read_prefixes(insn, c);
	insn->pp = mandatory_prefix(insn->flags);
	if (!has(c, 1))
		return DTK_OP_UNDEFINED;
	byte = c->bytes[c->at];
	if (byte == 0xc4 || byte == 0xc5 || byte == 0x62 ||
	    (byte == 0x8f && has(c, 2) && (c->bytes[c->at + 1] & 0x1f) >= 8)) {
		if (read_vector_prefix(insn, c, byte))
			return DTK_OP_UNDEFINED;
		if (insn->encoding == DTK_INSN_XOP)
			return DTK_OP_MODRM | (insn->map == 8 ? DTK_IMM_B : insn->map == 10 ? DTK_IMM_D : 0);
		return vector_attr(insn->map, insn->opcode, insn->encoding == DTK_INSN_VEX);
	}
	if (byte == 0x0f) {
		c->at++;
		insn->map = DTK_INSN_MAP_0F;
		if (!has(c, 1))
			return DTK_OP_UNDEFINED;
		byte = c->bytes[c->at];
		if (byte == 0x38 || byte == 0x3a) {
			c->at++;
			insn->map = byte == 0x38 ? DTK_INSN_MAP_0F38 : DTK_INSN_MAP_0F3A;
			if (!has(c, 1))
				return DTK_OP_UNDEFINED;
			byte = c->bytes[c->at];
		}
	}
	insn->opcode_at = c->at++;
	insn->opcode = byte;
	switch (insn->map) {
	case DTK_INSN_MAP_1B:
		return dtk_insn_op_1b[byte] == DTK_OP_UNDEFINED ? DTK_OP_UNDEFINED :
		       dtk_insn_op_1b[byte] & ~DTK_OP_RARE;
	case DTK_INSN_MAP_0F:
		return dtk_insn_op_0f[byte] == DTK_OP_UNDEFINED ? DTK_OP_UNDEFINED :
		       dtk_insn_op_0f[byte] & ~DTK_OP_RARE;
	case DTK_INSN_MAP_0F38:
		return DTK_OP_MODRM;
	}
	return DTK_OP_MODRM | DTK_IMM_B;
}
NOKPROBE_SYMBOL(read_opcode);

static notrace int read_modrm(struct dtk_insn *insn, struct cursor *c)
{
	u32 mod, rm;

	if (!has(c, 1))
		return -EINVAL;
	insn->has_modrm = 1;
	insn->modrm = c->bytes[c->at++];
	mod = insn->modrm >> 6;
	rm = insn->modrm & 7;
	if (mod == 3)
		return 0;
	if (insn->map == DTK_INSN_MAP_0F && insn->opcode >= 0x20 && insn->opcode <= 0x23 &&
	    insn->encoding == DTK_INSN_LEGACY)
		return 0;
	insn->has_memory = 1;
	if (rm == 4) {
		if (!has(c, 1))
			return -EINVAL;
		insn->has_sib = 1;
		insn->sib = c->bytes[c->at++];
		rm = insn->sib & 7;
	} else if (!mod && rm == 5) {
		insn->is_rip_relative = 1;
	}
	insn->disp_size = mod == 1 ? 1 : mod == 2 || rm == 5 ? 4 : 0;
	if (!insn->disp_size)
		return 0;
	if (!has(c, insn->disp_size))
		return -EINVAL;
	insn->disp_at = c->at;
	insn->disp = read_signed(c->bytes + c->at, insn->disp_size);
	c->at += insn->disp_size;
	return 0;
}
NOKPROBE_SYMBOL(read_modrm);

static notrace u32 immediate_size(const struct dtk_insn *insn, u8 kind)
{
	u32 z = insn->flags & DTK_INSN_F_OPSIZE && !(insn->rex & DTK_INSN_REX_W) ? 2 : 4;
	bool is_test = (insn->modrm >> 3 & 7) < 2;

	switch (kind) {
	case DTK_IMM_B: case DTK_IMM_REL8:
		return 1;
	case DTK_IMM_W:
		return 2;
	case DTK_IMM_WB:
		return 3;
	case DTK_IMM_Z:
		return z;
	case DTK_IMM_V:
		return insn->rex & DTK_INSN_REX_W ? 8 : z;
	case DTK_IMM_D: case DTK_IMM_REL32:
		return 4;
	case DTK_IMM_MOFFS:
		return insn->flags & DTK_INSN_F_ADDRSIZE ? 4 : 8;
	case DTK_IMM_GROUP3B:
		return is_test ? 1 : 0;
	case DTK_IMM_GROUP3Z:
		return is_test ? z : 0;
	}
	return 0;
}
NOKPROBE_SYMBOL(immediate_size);

static notrace u8 class_0f(const struct dtk_insn *insn)
{
	switch (insn->opcode) {
	case 0x01:	/* enclu, eretu and erets, uiret, vmlaunch and what else goes elsewhere */
		if (insn->modrm == 0xca && (insn->pp == 0xf2 || insn->pp == 0xf3))
			return DTK_INSN_FAR;
		return (insn->modrm == 0xec && insn->pp == 0xf3) || insn->modrm == 0xd7 ?
		       DTK_INSN_FAR : DTK_INSN_OTHER;
	case 0x05: case 0x07: case 0x34: case 0x35: case 0xaa:
		return DTK_INSN_FAR;
	case 0x0b: case 0xb9: case 0xff:
		return DTK_INSN_UD;
	case 0x18:
		return insn->has_memory && (insn->modrm >> 3 & 7) < 4 ? DTK_INSN_OTHER : DTK_INSN_NOP;
	case 0x19: case 0x1d: case 0x1f:
		return DTK_INSN_NOP;
	case 0x1c:
		return insn->has_memory && !(insn->modrm & 0x38) && !insn->pp ? DTK_INSN_OTHER : DTK_INSN_NOP;
	case 0x1e:
		return insn->pp == 0xf3 && !insn->has_memory ? DTK_INSN_OTHER : DTK_INSN_NOP;
	case 0x80 ... 0x8f:
		return DTK_INSN_JCC;
	}
	return DTK_INSN_OTHER;
}
NOKPROBE_SYMBOL(class_0f);

static notrace u8 class_of(const struct dtk_insn *insn)
{
	bool is_wide = !(insn->flags & DTK_INSN_F_OPSIZE) || insn->rex & DTK_INSN_REX_W;

	if (insn->encoding != DTK_INSN_LEGACY)
		return DTK_INSN_OTHER;
	if (insn->map == DTK_INSN_MAP_0F)
		return class_0f(insn);
	if (insn->map != DTK_INSN_MAP_1B)
		return DTK_INSN_OTHER;
	switch (insn->opcode) {
	case 0x50 ... 0x57:
		return insn->flags & DTK_INSN_F_OPSIZE ? DTK_INSN_OTHER : DTK_INSN_PUSH_REG;
	case 0x70 ... 0x7f:
		return DTK_INSN_JCC;
	case 0x89: case 0x8b:
		return is_wide && !insn->has_memory ? DTK_INSN_MOV_REG : DTK_INSN_OTHER;
	case 0x90:
		return insn->rex & DTK_INSN_REX_B || insn->pp == 0xf3 ? DTK_INSN_OTHER : DTK_INSN_NOP;
	case 0xc2: case 0xc3:
		return DTK_INSN_RET;
	case 0xc6: case 0xc7:
		return insn->modrm == 0xf8 ? DTK_INSN_FAR : DTK_INSN_OTHER;
	case 0xca: case 0xcb: case 0xcd: case 0xcf: case 0xf1:
		return DTK_INSN_FAR;
	case 0xcc:
		return DTK_INSN_INT3;
	case 0xe0 ... 0xe3:
		return DTK_INSN_LOOP;
	case 0xe8:
		return DTK_INSN_CALL;
	case 0xe9: case 0xeb:
		return DTK_INSN_JMP;
	case 0xff:
		switch (insn->modrm >> 3 & 7) {
		case 2:
			return DTK_INSN_CALL_IND;
		case 3: case 5:
			return DTK_INSN_FAR;
		case 4:
			return DTK_INSN_JMP_IND;
		case 6:
			return insn->has_memory || insn->flags & DTK_INSN_F_OPSIZE ?
			       DTK_INSN_OTHER : DTK_INSN_PUSH_REG;
		}
	}
	return DTK_INSN_OTHER;
}
NOKPROBE_SYMBOL(class_of);

notrace int dtk_insn_decode(struct dtk_insn *insn, const u8 *bytes, u32 avail)
{
	struct cursor c = { .bytes = bytes, .limit = avail < DTK_INSN_MAX ? avail : DTK_INSN_MAX };
	u8 attr;

	*insn = (struct dtk_insn){ 0 };
	attr = read_opcode(insn, &c);
	if (attr == DTK_OP_UNDEFINED)
		return -EINVAL;
	if (attr & DTK_OP_MODRM && read_modrm(insn, &c))
		return -EINVAL;
	if (!dtk_insn_is_defined(insn))
		return -EINVAL;
	insn->imm_size = immediate_size(insn, attr & DTK_OP_IMM);
	/* AMD's extrq and insertq with two bytes; all else here is vmread, which has none. */
	if (insn->encoding == DTK_INSN_LEGACY && insn->map == DTK_INSN_MAP_0F && insn->opcode == 0x78 && insn->pp)
		insn->imm_size = 2;
	if (insn->imm_size) {
		if (!has(&c, insn->imm_size))
			return -EINVAL;
		insn->imm_at = c.at;
		insn->imm = read_signed(bytes + c.at, insn->imm_size);
		c.at += insn->imm_size;
	}
	insn->length = c.at;
	insn->class = class_of(insn);
	return 0;
}
NOKPROBE_SYMBOL(dtk_insn_decode);

/* Bytes of an immediate by kind: without prefix, with 66, with REX.W. The kinds of group 3 as if it were test. */
static const u8 imm_bytes[3][16] = {
	{ 0, 1, 2, 3, 4, 4, 4, 1, 4, 8, 1, 4 },
	{ 0, 1, 2, 3, 2, 2, 4, 1, 4, 8, 1, 2 },
	{ 0, 1, 2, 3, 4, 8, 4, 1, 4, 8, 1, 4 },
};

static noinline notrace u32 length_slow(const u8 *bytes, u32 avail)
{
	struct dtk_insn insn;

	return dtk_insn_decode(&insn, bytes, avail) ? 0 : insn.length;
}
NOKPROBE_SYMBOL(length_slow);

/* The usual forms of one-byte opcodes that have undefined ones: lea, mov of an immediate, call and jmp indirect. */
static __always_inline bool is_plain_form(const u8 *p)
{
	switch (p[0]) {
	case 0x8d:
		return p[1] < 0xc0;
	case 0xc6: case 0xc7:
		return !(p[1] & 0x38);
	case 0xff:
		return !(p[1] & 0x08);
	}
	return false;
}

notrace u32 dtk_insn_length(const u8 *bytes, u32 avail)
{
	const u8 *p = bytes;
	u32 size = 0;
	u32 kind;
	u8 attr;

	if (unlikely(avail < DTK_INSN_MAX + 1))
		return length_slow(bytes, avail);
	/* The usual prefixes only: segments and 66, then REX. */
	attr = dtk_insn_op_1b[*p];
	while (attr == DTK_OP_PREFIX) {
		if (*p == 0x66)
			size = 1;
		if (*p == 0x67 || *p >= 0xf0 || p - bytes > 4)
			return length_slow(bytes, avail);
		attr = dtk_insn_op_1b[*++p];
	}
	if (attr == DTK_OP_REX) {
		if (*p & DTK_INSN_REX_W)
			size = 2;
		attr = dtk_insn_op_1b[*++p];
		if (unlikely(attr == DTK_OP_REX || attr == DTK_OP_PREFIX))
			return length_slow(bytes, avail);
	}
	if (*p == 0x0f) {
		attr = dtk_insn_op_0f[*++p];
		if (unlikely(attr & DTK_OP_RARE))
			return length_slow(bytes, avail);
	} else if (attr & DTK_OP_RARE && !is_plain_form(p)) {
		return length_slow(bytes, avail);
	}
	p++;
	kind = attr & DTK_OP_IMM;
	if (attr & DTK_OP_MODRM) {
		u8 modrm = *p;

		/* A SIB byte whose base is 5 has four bytes instead of none. */
		if ((modrm & 0xc7) == 4 && (p[1] & 7) == 5)
			p += 4;
		p += dtk_insn_modrm_size[modrm];
		if (kind >= DTK_IMM_GROUP3B && modrm & 0x30)
			kind = DTK_IMM_NONE;
	}
	p += imm_bytes[size][kind];
	return p - bytes <= DTK_INSN_MAX ? p - bytes : 0;
}
NOKPROBE_SYMBOL(dtk_insn_length);
