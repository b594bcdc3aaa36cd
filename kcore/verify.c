// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verifier: one linear pass over a program with what is known of each register.
 *
 * Entry point: dtk_verify(). Runs in process context while ENABLE loads programs. Jumps only go forward, so when
 * an instruction is reached everything that can lead to it has been seen: the states that jumps bring along are
 * merged at their target, and one pass is a proof. Knows no kernel: the tests run it in user space.
 */
#include "verify.h"
#include "core.h"
#include "prog.h"

enum reg_kind {
	REG_UNSET,	/* never written on some path */
	REG_VALUE,	/* any value */
	REG_CONST,	/* val is its value */
	REG_FRAME,	/* the frame's address + val */
	REG_SPECIAL,	/* r6 and r10: only the base of a load or store */
};

struct reg_state {
	u32 kind;
	s64 val;
};

#define NR_REGS		11
#define STACK_WORDS	(DTRACE_DIF_STACK / 64)

/* @stack: one bit for each byte below r10 that was written; bit 0 is r10 - DTRACE_DIF_STACK */
struct vstate {
	struct reg_state regs[NR_REGS];
	u64 stack[STACK_WORDS];
};

/*
 * struct verifier - one run
 * @target: for each instruction 0 or 1 + the index in @states of the state that jumps bring to it
 * @is_live: the instruction at hand can be reached
 */
struct verifier {
	const struct dtk_verify_env *env;
	const struct bpf_insn *insns;
	u32 nr;
	u32 *target;
	struct vstate *states;
	u8 *has_state;
	struct vstate cur;
	bool is_live;
	u32 uses;
	dtk_call_fn on_call;
	void *on_call_arg;
};

static const char *const subr_sigs[DTRACE_SUBR_MAX] = {
#define X(name, id, sig) [id] = sig,
	DTRACE_SUBR_LIST(X)
#undef X
};

static const bool builtin_ids[DTRACE_BUILTIN_MAX] = {
#define X(name, id) [id] = true,
	DTRACE_BUILTIN_LIST(X)
#undef X
};

static u32 access_size(u8 code)
{
	switch (BPF_SIZE(code)) {
	case BPF_B:
		return 1;
	case BPF_H:
		return 2;
	case BPF_W:
		return 4;
	default:
		return 8;
	}
}

static bool is_imm64(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

/* Is it a jump with a target, and one that never falls through? */
static bool is_jump(const struct bpf_insn *insn)
{
	u8 class = BPF_CLASS(insn->code);
	u8 op = BPF_OP(insn->code);

	if (class == BPF_JMP32)
		return true;
	return class == BPF_JMP && op != BPF_CALL && op != BPF_EXIT;
}

static bool is_goto(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JA);
}

static bool is_exit(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_EXIT);
}

/* ---- shape of single instructions: opcode known, unused fields zero ---- */

static const char *check_alu_form(const struct bpf_insn *insn)
{
	bool is_64 = BPF_CLASS(insn->code) == BPF_ALU64;
	bool is_reg = BPF_SRC(insn->code) == BPF_X;
	u8 op = BPF_OP(insn->code);

	if (insn->off)
		return "unused field is not zero";
	switch (op) {
	case BPF_ADD:
	case BPF_SUB:
	case BPF_MUL:
	case BPF_OR:
	case BPF_AND:
	case BPF_XOR:
	case BPF_MOV:
		break;
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		if (!is_reg && (u32)insn->imm >= (is_64 ? 64 : 32))
			return "shift count is out of range";
		break;
	case BPF_DIV:
	case BPF_MOD:
		if (is_reg)
			return "division by a register: call SDIV, UDIV, SMOD or UMOD";
		if (!insn->imm)
			return "division by zero";
		break;
	case BPF_NEG:
		if (is_reg || insn->src_reg || insn->imm)
			return "unused field is not zero";
		return NULL;
	case BPF_END:
		if (is_64)
			return "unknown instruction";
		if (insn->src_reg)
			return "unused field is not zero";
		if (insn->imm != 16 && insn->imm != 32 && insn->imm != 64)
			return "byte swap of a width other than 16, 32 or 64";
		return NULL;
	default:
		return "unknown instruction";
	}
	if (is_reg ? insn->imm : insn->src_reg)
		return "unused field is not zero";
	return NULL;
}

static const char *check_jump_form(const struct bpf_insn *insn, u32 i, u32 nr)
{
	bool is_reg = BPF_SRC(insn->code) == BPF_X;
	bool is_32 = BPF_CLASS(insn->code) == BPF_JMP32;

	switch (BPF_OP(insn->code)) {
	case BPF_EXIT:
		if (is_32 || is_reg)
			return "unknown instruction";
		if (insn->dst_reg || insn->src_reg || insn->off || insn->imm)
			return "unused field is not zero";
		return NULL;
	case BPF_CALL:
		if (is_32 || is_reg)
			return "unknown instruction";
		if (insn->dst_reg || insn->src_reg || insn->off)
			return "unused field is not zero";
		if (insn->imm <= 0 || insn->imm >= DTRACE_SUBR_MAX || !subr_sigs[insn->imm])
			return "call of an unknown subroutine";
		return NULL;
	case BPF_JA:
		if (is_32 || is_reg)
			return "unknown instruction";
		if (insn->dst_reg || insn->src_reg || insn->imm)
			return "unused field is not zero";
		break;
	case BPF_JEQ:
	case BPF_JGT:
	case BPF_JGE:
	case BPF_JSET:
	case BPF_JNE:
	case BPF_JSGT:
	case BPF_JSGE:
	case BPF_JLT:
	case BPF_JLE:
	case BPF_JSLT:
	case BPF_JSLE:
		if (is_reg ? insn->imm : insn->src_reg)
			return "unused field is not zero";
		break;
	default:
		return "unknown instruction";
	}
	if (insn->off < 0)
		return "jump goes backwards";
	if ((u32)insn->off >= nr - i - 1)
		return "jump leaves the program";
	return NULL;
}

static const char *check_form(const struct bpf_insn *insn, u32 i, u32 nr)
{
	if (insn->dst_reg >= NR_REGS || insn->src_reg >= NR_REGS)
		return "no such register";
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return check_alu_form(insn);
	case BPF_JMP:
	case BPF_JMP32:
		return check_jump_form(insn, i, nr);
	case BPF_LD:
		if (!is_imm64(insn))
			return "unknown instruction";
		if (i + 1 >= nr)
			return "64-bit constant is cut off";
		if (insn->off || insn[1].code || insn[1].dst_reg || insn[1].src_reg || insn[1].off)
			return "unused field is not zero";
		if (insn->src_reg && insn->src_reg != DTRACE_PSEUDO_STRTAB)
			return "unknown kind of 64-bit constant";
		if (insn->src_reg && insn[1].imm)
			return "unused field is not zero";
		return NULL;
	case BPF_LDX:
		if (BPF_MODE(insn->code) != BPF_MEM)
			return "unknown instruction";
		return insn->imm ? "unused field is not zero" : NULL;
	case BPF_STX:
		if (BPF_MODE(insn->code) != BPF_MEM)
			return "unknown instruction";
		return insn->imm ? "unused field is not zero" : NULL;
	default: /* BPF_ST */
		if (BPF_MODE(insn->code) != BPF_MEM)
			return "unknown instruction";
		return insn->src_reg ? "unused field is not zero" : NULL;
	}
}

/* First pass: the form of every instruction, the prologue, where jumps land. Sets @at to the culprit. */
static const char *check_layout(struct verifier *v, u32 *nr_targets, u32 *at)
{
	const struct bpf_insn *insns = v->insns;
	const char *why;
	u32 i, t;

	*at = 0;
	if (insns[0].code != (BPF_ALU64 | BPF_MOV | BPF_X) || insns[0].dst_reg != BPF_REG_6 ||
	    insns[0].src_reg != BPF_REG_1 || insns[0].off || insns[0].imm)
		return "prologue: first instruction must be r6 = r1";
	*at = 1;
	if (insns[1].code != (BPF_LDX | BPF_MEM | BPF_DW) || insns[1].dst_reg != BPF_REG_7 ||
	    insns[1].src_reg != BPF_REG_6 || insns[1].off != DTRACE_CTX_FRAME || insns[1].imm)
		return "prologue: second instruction must be r7 = [r6 + frame]";

	for (i = 0; i < v->nr; i++) {
		*at = i;
		why = check_form(&insns[i], i, v->nr);
		if (why)
			return why;
		if (is_imm64(&insns[i])) {
			i++;
			continue;
		}
		if (!is_jump(&insns[i]))
			continue;
		t = i + 1 + insns[i].off;
		if (!v->target[t])
			v->target[t] = ++*nr_targets;
	}
	for (i = 0; i < v->nr; i++) {
		*at = i;
		if (is_imm64(&insns[i]) && v->target[++i])
			return "jump into the middle of a 64-bit constant";
	}
	*at = v->nr - 1;
	if (!is_exit(&insns[v->nr - 1]) || (v->nr >= 2 && is_imm64(&insns[v->nr - 2])))
		return "last instruction is not an exit";
	return NULL;
}

/* ---- states ---- */

static void merge_state(struct vstate *to, const struct vstate *from)
{
	u32 i;

	for (i = 0; i < NR_REGS; i++) {
		struct reg_state *a = &to->regs[i];
		const struct reg_state *b = &from->regs[i];

		if (a->kind == b->kind && a->val == b->val)
			continue;
		a->kind = a->kind == REG_UNSET || b->kind == REG_UNSET ? REG_UNSET : REG_VALUE;
		a->val = 0;
	}
	for (i = 0; i < STACK_WORDS; i++)
		to->stack[i] &= from->stack[i];
}

static void state_to_target(struct verifier *v, u32 t)
{
	u32 s = v->target[t] - 1;

	if (v->has_state[s]) {
		merge_state(&v->states[s], &v->cur);
	} else {
		v->states[s] = v->cur;
		v->has_state[s] = 1;
	}
}

static void set_reg(struct verifier *v, u32 reg, u32 kind, s64 val)
{
	v->cur.regs[reg].kind = kind;
	v->cur.regs[reg].val = val;
}

static const char *check_source(const struct verifier *v, u32 reg)
{
	switch (v->cur.regs[reg].kind) {
	case REG_UNSET:
		return "register is read before it is written";
	case REG_SPECIAL:
		return "r6 and r10 may only be the base of a load or store";
	default:
		return NULL;
	}
}

static const char *check_dest(u32 reg)
{
	if (reg == BPF_REG_6 || reg == BPF_REG_7 || reg == BPF_REG_10)
		return "r6, r7 and r10 are read-only";
	return NULL;
}

/* ---- what instructions do ---- */

static const char *do_alu(struct verifier *v, const struct bpf_insn *insn)
{
	bool is_64 = BPF_CLASS(insn->code) == BPF_ALU64;
	bool is_reg = BPF_SRC(insn->code) == BPF_X;
	u8 op = BPF_OP(insn->code);
	struct reg_state *dst = &v->cur.regs[insn->dst_reg];
	const char *why;

	why = check_dest(insn->dst_reg);
	if (!why && op != BPF_MOV)
		why = check_source(v, insn->dst_reg);
	if (!why && is_reg && op != BPF_END && op != BPF_NEG)
		why = check_source(v, insn->src_reg);
	if (why)
		return why;

	if (op == BPF_MOV) {
		if (!is_reg)
			set_reg(v, insn->dst_reg, REG_CONST, is_64 ? insn->imm : (s64)(u32)insn->imm);
		else if (is_64)
			*dst = v->cur.regs[insn->src_reg];
		else
			set_reg(v, insn->dst_reg, REG_VALUE, 0);
		return NULL;
	}
	if (is_64 && op == BPF_ADD && !is_reg && dst->kind == REG_FRAME) {
		/* A sum outside of the frame is an ordinary value; so val cannot overflow. */
		s64 off = dst->val + insn->imm;

		if (off >= 0 && off <= v->env->frame_size)
			dst->val = off;
		else
			set_reg(v, insn->dst_reg, REG_VALUE, 0);
		return NULL;
	}
	set_reg(v, insn->dst_reg, REG_VALUE, 0);
	return NULL;
}

static const char *check_frame_access(const struct verifier *v, s64 off, u32 size)
{
	if (off < 0 || off + size > v->env->frame_size)
		return "access outside of the frame";
	if (off & (size - 1))
		return "unaligned access";
	return NULL;
}

static const char *check_stack_access(s32 off, u32 size)
{
	if (off < -(s32)DTRACE_DIF_STACK || off + (s32)size > 0)
		return "access outside of the stack";
	if (off & (size - 1))
		return "unaligned access";
	return NULL;
}

static u64 stack_bits(s32 off, u32 size, u32 *word)
{
	u32 bit = off + DTRACE_DIF_STACK;

	*word = bit / 64;
	return ((1ull << size) - 1) << (bit % 64);
}

static const char *do_load(struct verifier *v, const struct bpf_insn *insn)
{
	const struct reg_state *base = &v->cur.regs[insn->src_reg];
	u32 size = access_size(insn->code);
	const char *why;
	u64 bits;
	u32 word;

	why = check_dest(insn->dst_reg);
	if (why)
		return why;
	if (insn->src_reg == BPF_REG_6) {
		if (size != 8)
			return "the context is read in 8-byte words";
		if (insn->off < 0 || insn->off + size > DTRACE_CTX_SIZE)
			return "access outside of the context";
		if (insn->off & 7)
			return "unaligned access";
	} else if (insn->src_reg == BPF_REG_10) {
		why = check_stack_access(insn->off, size);
		if (why)
			return why;
		bits = stack_bits(insn->off, size, &word);
		if ((v->cur.stack[word] & bits) != bits)
			return "stack is read before it is written";
	} else if (base->kind == REG_FRAME) {
		why = check_frame_access(v, base->val + insn->off, size);
		if (why)
			return why;
	} else {
		return "load through a register that holds no frame address";
	}
	set_reg(v, insn->dst_reg, REG_VALUE, 0);
	return NULL;
}

static const char *do_store(struct verifier *v, const struct bpf_insn *insn)
{
	const struct reg_state *base = &v->cur.regs[insn->dst_reg];
	u32 size = access_size(insn->code);
	const char *why;
	u64 bits;
	u32 word;
	s64 off;

	if (BPF_CLASS(insn->code) == BPF_STX) {
		why = check_source(v, insn->src_reg);
		if (why)
			return why;
	}
	if (insn->dst_reg == BPF_REG_6)
		return "the context is read-only";
	if (insn->dst_reg == BPF_REG_10) {
		why = check_stack_access(insn->off, size);
		if (why)
			return why;
		bits = stack_bits(insn->off, size, &word);
		v->cur.stack[word] |= bits;
		return NULL;
	}
	if (base->kind != REG_FRAME)
		return "store through a register that holds no frame address";
	off = base->val + insn->off;
	why = check_frame_access(v, off, size);
	if (why)
		return why;
	if (off < DTRACE_FRAME_HDR && !(off == DTRACE_FRAME_SITE && size == 4))
		return "store into the frame's header";
	return NULL;
}

static const char *do_imm64(struct verifier *v, const struct bpf_insn *insn)
{
	const char *why = check_dest(insn->dst_reg);

	if (why)
		return why;
	if (insn->src_reg == DTRACE_PSEUDO_STRTAB) {
		if ((u32)insn->imm >= v->env->strtab_size)
			return "offset outside of the string table";
		set_reg(v, insn->dst_reg, REG_VALUE, 0);
		return NULL;
	}
	set_reg(v, insn->dst_reg, REG_CONST, (u32)insn[0].imm | (u64)(u32)insn[1].imm << 32);
	return NULL;
}

static const char *do_jump(struct verifier *v, const struct bpf_insn *insn, u32 i)
{
	const char *why = NULL;

	if (!is_goto(insn)) {
		why = check_source(v, insn->dst_reg);
		if (!why && BPF_SRC(insn->code) == BPF_X)
			why = check_source(v, insn->src_reg);
	}
	if (why)
		return why;
	state_to_target(v, i + 1 + insn->off);
	if (is_goto(insn))
		v->is_live = false;
	return NULL;
}

/* ---- calls ---- */

/* A frame area that a subroutine reads or writes. Everything but FETCH's destination is made of words. */
static const char *check_area(const struct verifier *v, const struct reg_state *reg, u64 size,
			      bool is_aligned)
{
	if (reg->kind != REG_FRAME)
		return "argument must be a frame address";
	if (reg->val < DTRACE_FRAME_HDR)
		return "area covers the frame's header";
	if (size > v->env->frame_size || reg->val + size > v->env->frame_size)
		return "area outside of the frame";
	if (is_aligned && (reg->val & 7))
		return "unaligned area";
	return NULL;
}

static const char *check_var(const struct verifier *v, u32 subr, u64 index)
{
	u32 kind;
	bool is_byref;
	bool is_any = false;

	switch (subr) {
	case DTRACE_SUBR_GVAR_LD:
	case DTRACE_SUBR_GVAR_ST:
		kind = DTRACE_VAR_GLOBAL;
		is_byref = false;
		break;
	case DTRACE_SUBR_GVAR_REF:
		kind = DTRACE_VAR_GLOBAL;
		is_byref = true;
		break;
	case DTRACE_SUBR_TVAR_LD:
	case DTRACE_SUBR_TVAR_ST:
		kind = DTRACE_VAR_THREAD;
		is_byref = false;
		break;
	case DTRACE_SUBR_TVAR_REF:
	case DTRACE_SUBR_TVAR_FREE:
		kind = DTRACE_VAR_THREAD;
		is_byref = true;
		is_any = subr == DTRACE_SUBR_TVAR_FREE;
		break;
	case DTRACE_SUBR_AVAR_LD:
	case DTRACE_SUBR_AVAR_ST:
		kind = DTRACE_VAR_ASSOC;
		is_byref = false;
		break;
	case DTRACE_SUBR_AVAR_REF:
	case DTRACE_SUBR_AVAR_FREE:
		kind = DTRACE_VAR_ASSOC;
		is_byref = true;
		is_any = subr == DTRACE_SUBR_AVAR_FREE;
		break;
	case DTRACE_SUBR_TAVAR_LD:
	case DTRACE_SUBR_TAVAR_ST:
		kind = DTRACE_VAR_TASSOC;
		is_byref = false;
		break;
	default:
		kind = DTRACE_VAR_TASSOC;
		is_byref = true;
		is_any = subr == DTRACE_SUBR_TAVAR_FREE;
		break;
	}
	if (index >= v->env->nr_vars)
		return "no such variable";
	if (v->env->vars[index].kind != kind)
		return "variable is of another kind";
	if (!is_any && !!(v->env->vars[index].flags & DTRACE_VAR_BYREF) != is_byref)
		return is_byref ? "variable is a value, not by reference" :
				  "variable is by reference, not a value";
	return NULL;
}

/* A constant argument of the c kind: each subroutine has its own range. @area: size of the area before it. */
static const char *check_const(u32 subr, u64 val, u64 area)
{
	u64 width = val & ~(u64)DTRACE_LOAD_SIGNED;

	switch (subr) {
	case DTRACE_SUBR_LOAD:
		if (width != 1 && width != 2 && width != 4 && width != 8)
			return "access of a width other than 1, 2, 4 or 8";
		return NULL;
	case DTRACE_SUBR_STORE:
		if (val != 1 && val != 2 && val != 4 && val != 8)
			return "access of a width other than 1, 2, 4 or 8";
		return NULL;
	case DTRACE_SUBR_BUILTIN:
		if (val >= DTRACE_BUILTIN_MAX || !builtin_ids[val] || val == DTRACE_BUILTIN_ARGS ||
		    val == DTRACE_BUILTIN_UREGS || val == DTRACE_BUILTIN_USERNAME_RSVD)
			return "no such built-in variable";
		return NULL;
	case DTRACE_SUBR_BUILTIN_IDX:
		if (val != DTRACE_BUILTIN_ARGS && val != DTRACE_BUILTIN_UREGS)
			return "no such built-in array";
		return NULL;
	case DTRACE_SUBR_STACK:
		if (!val || val > area / 8)
			return "more frames than the area holds";
		return NULL;
	case DTRACE_SUBR_USTACK:
		if (!val || area < 16 || val > area / 8 - 1)
			return "more frames than the area holds";
		return NULL;
	default: /* the create flag of *_REF, what GUARD does */
		return val > 1 ? "flag is neither 0 nor 1" : NULL;
	}
}

static u32 subr_uses(u32 subr, u64 first_arg)
{
	switch (subr) {
	case DTRACE_SUBR_BUILTIN:
		return first_arg == DTRACE_BUILTIN_VTIMESTAMP ? DTK_USES_VTIME : 0;
	case DTRACE_SUBR_STRTOK:
		return DTK_USES_STRTOK;
	case DTRACE_SUBR_AGG:
		return DTK_USES_AGG;
	case DTRACE_SUBR_ALLOCA:
	case DTRACE_SUBR_COPYIN:
		return DTK_USES_SCRATCH;
	case DTRACE_SUBR_TVAR_LD:
	case DTRACE_SUBR_TVAR_ST:
	case DTRACE_SUBR_TVAR_REF:
	case DTRACE_SUBR_TVAR_FREE:
	case DTRACE_SUBR_AVAR_LD:
	case DTRACE_SUBR_AVAR_ST:
	case DTRACE_SUBR_AVAR_REF:
	case DTRACE_SUBR_AVAR_FREE:
	case DTRACE_SUBR_TAVAR_LD:
	case DTRACE_SUBR_TAVAR_ST:
	case DTRACE_SUBR_TAVAR_REF:
	case DTRACE_SUBR_TAVAR_FREE:
		return DTK_USES_DYNVAR;
	case DTRACE_SUBR_EXIT:
		return DTK_USES_EXIT;
	case DTRACE_SUBR_SPECULATION:
	case DTRACE_SUBR_SPECULATE:
	case DTRACE_SUBR_COMMIT:
	case DTRACE_SUBR_DISCARD:
		return DTK_USES_SPEC;
	case DTRACE_SUBR_COPYOUT:
	case DTRACE_SUBR_COPYOUTSTR:
	case DTRACE_SUBR_STOP:
	case DTRACE_SUBR_RAISE:
	case DTRACE_SUBR_CHILL:
	case DTRACE_SUBR_PANIC:
	case DTRACE_SUBR_BREAKPOINT:
		return DTK_USES_DESTRUCTIVE;
	default:
		return 0;
	}
}

/* Tell the linker. */
static const char *note_call(const struct verifier *v, u32 i, u32 subr)
{
	struct dtk_call_site site = { .insn = i, .subr = subr };
	u32 n;

	if (!v->on_call)
		return NULL;
	for (n = 0; n < 5; n++) {
		const struct reg_state *reg = &v->cur.regs[BPF_REG_1 + n];

		if (reg->kind != REG_CONST)
			continue;
		site.known |= 1u << n;
		site.args[n] = reg->val;
	}
	return v->on_call(v->on_call_arg, &site);
}

static const char *do_call(struct verifier *v, const struct bpf_insn *insn, u32 at)
{
	u32 subr = insn->imm;
	const char *sig = subr_sigs[subr];
	const struct dtrace_var *var = NULL;
	const struct reg_state *area = NULL;
	const char *why = NULL;
	u64 size = 0;
	u32 i;

	for (i = 0; sig[i] && !why; i++) {
		const struct reg_state *reg = &v->cur.regs[BPF_REG_1 + i];

		why = check_source(v, BPF_REG_1 + i);
		if (why)
			break;
		if (sig[i] == 'a')
			continue;
		if (sig[i] == 'f') {
			area = reg;
			continue;
		}
		if (reg->kind != REG_CONST) {
			why = "argument must be a constant";
			break;
		}
		switch (sig[i]) {
		case 'c':
			why = check_const(subr, reg->val, size);
			break;
		case 'z':
			size = reg->val;
			why = size ? check_area(v, area, size, subr != DTRACE_SUBR_FETCH) :
				     "area is empty";
			break;
		case 'k':
			if ((u64)reg->val >= v->env->nr_shapes)
				why = "no such key shape";
			else if (var && var->shape != reg->val)
				why = "key shape is not the variable's";
			else if (v->env->shapes[reg->val].size)
				why = check_area(v, area, v->env->shapes[reg->val].size, true);
			break;
		case 'v':
			why = check_var(v, subr, reg->val);
			if (!why)
				var = &v->env->vars[reg->val];
			break;
		default: /* g */
			if ((u64)reg->val >= v->env->nr_aggs)
				why = "no such aggregation";
			break;
		}
	}
	if (!why)
		why = note_call(v, at, subr);
	if (why)
		return why;

	v->uses |= subr_uses(subr, v->cur.regs[BPF_REG_1].val);
	if (subr == DTRACE_SUBR_BUILTIN && v->cur.regs[BPF_REG_1].val == DTRACE_BUILTIN_VTIMESTAMP)
		v->uses |= DTK_USES_VTIME;
	set_reg(v, BPF_REG_0, REG_VALUE, 0);
	for (i = BPF_REG_1; i <= BPF_REG_5; i++)
		set_reg(v, i, REG_UNSET, 0);
	return NULL;
}

static const char *do_insn(struct verifier *v, u32 i)
{
	const struct bpf_insn *insn = &v->insns[i];
	const char *why;

	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return do_alu(v, insn);
	case BPF_LD:
		return do_imm64(v, insn);
	case BPF_LDX:
		return do_load(v, insn);
	case BPF_ST:
	case BPF_STX:
		return do_store(v, insn);
	default:
		break;
	}
	if (is_jump(insn))
		return do_jump(v, insn, i);
	if (!is_exit(insn))
		return do_call(v, insn, i);
	why = check_source(v, BPF_REG_0);
	v->is_live = false;
	return why;
}

/* Second pass, from after the prologue. */
static const char *check_flow(struct verifier *v, u32 *at)
{
	const char *why;
	u32 i;

	set_reg(v, BPF_REG_1, REG_UNSET, 0);
	set_reg(v, BPF_REG_6, REG_SPECIAL, 0);
	set_reg(v, BPF_REG_7, REG_FRAME, 0);
	set_reg(v, BPF_REG_10, REG_SPECIAL, 0);
	v->is_live = true;

	for (i = 2; i < v->nr; i++) {
		u32 t = v->target[i];

		*at = i;
		if (t && v->has_state[t - 1]) {
			if (v->is_live)
				merge_state(&v->states[t - 1], &v->cur);
			v->cur = v->states[t - 1];
			v->is_live = true;
		}
		if (!v->is_live)
			return "instruction cannot be reached";
		why = do_insn(v, i);
		if (why)
			return why;
		if (is_imm64(&v->insns[i]))
			i++;
	}
	return NULL;
}

int dtk_verify(const struct dtk_verify_env *env, const struct bpf_insn *insns, u32 nr_insns,
	       dtk_call_fn on_call, void *arg, struct dtk_verdict *verdict)
{
	struct verifier *v;
	u32 nr_targets = 0;
	int err = -ENOMEM;

	memset(verdict, 0, sizeof(*verdict));
	if (nr_insns < 4) {
		verdict->reason = "program is too short";
		return -EINVAL;
	}
	if (nr_insns > DTRACE_DIF_MAXINSNS) {
		verdict->reason = "program is too long";
		return -EINVAL;
	}
	v = kzalloc(sizeof(*v), DTK_GFP);
	if (!v)
		return -ENOMEM;
	v->env = env;
	v->insns = insns;
	v->nr = nr_insns;
	v->on_call = on_call;
	v->on_call_arg = arg;
	v->target = kvcalloc(nr_insns, sizeof(*v->target), DTK_GFP);
	if (!v->target)
		goto out;
	verdict->reason = check_layout(v, &nr_targets, &verdict->insn);
	if (verdict->reason) {
		err = -EINVAL;
		goto out;
	}
	v->states = kvcalloc(nr_targets + 1, sizeof(*v->states), DTK_GFP);
	v->has_state = kvcalloc(nr_targets + 1, sizeof(*v->has_state), DTK_GFP);
	if (!v->states || !v->has_state)
		goto out;
	verdict->reason = check_flow(v, &verdict->insn);
	verdict->uses = v->uses;
	err = verdict->reason ? -EINVAL : 0;
out:
	kvfree(v->has_state);
	kvfree(v->states);
	kvfree(v->target);
	kfree(v);
	return err;
}
