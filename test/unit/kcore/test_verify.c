// SPDX-License-Identifier: MIT
/*
 * The verifier as a table: name, instructions after the prologue, ACCEPT or the reason. A last check makes sure that
 * every reason verify.c knows has a case. What is accepted is run in test_programs and in the guest.
 */
#include "prog.h"
#include "shim/check.h"
#include "verify.h"

#define RAW(c, d, s, o, i)                                                                         \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define MOV(d, i)	RAW(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define MOVR(d, s)	RAW(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD(d, i)	RAW(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define LDX(sz, d, s, o) RAW(BPF_LDX | BPF_MEM | (sz), d, s, o, 0)
#define STX(sz, d, s, o) RAW(BPF_STX | BPF_MEM | (sz), d, s, o, 0)
#define ST(sz, d, o, i)	RAW(BPF_ST | BPF_MEM | (sz), d, 0, o, i)
#define IMM64(d, s, lo, hi) RAW(BPF_LD | BPF_DW | BPF_IMM, d, s, 0, lo), RAW(0, 0, 0, 0, hi)
#define JA(o)		RAW(BPF_JMP | BPF_JA, 0, 0, o, 0)
#define JEQ(d, i, o)	RAW(BPF_JMP | BPF_JEQ | BPF_K, d, 0, o, i)
#define CALL(n)		RAW(BPF_JMP | BPF_CALL, 0, 0, 0, DTRACE_SUBR_##n)
#define EXIT		RAW(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define END		MOV(0, 1), EXIT
#define FRAME(r, off)	MOVR(r, 7), ADD(r, off)

#define ACCEPT	NULL
#define MAX	24

struct row {
	const char *name;
	const char *reason;
	struct bpf_insn insns[MAX];
};

/* Things to refer to: frame of 256 bytes, string table of 10, shapes of 0, 16 and 200 bytes. */
static const struct dtk_shape shapes[] = { { .size = 0 }, { .size = 16 }, { .size = 200 } };
static const struct dtrace_var vars[] = {
	{ .kind = DTRACE_VAR_GLOBAL, .size = 8 },
	{ .kind = DTRACE_VAR_GLOBAL, .flags = DTRACE_VAR_BYREF, .size = 64 },
	{ .kind = DTRACE_VAR_THREAD, .size = 8 },
	{ .kind = DTRACE_VAR_THREAD, .flags = DTRACE_VAR_BYREF, .size = 64 },
	{ .kind = DTRACE_VAR_ASSOC, .size = 8, .shape = 1 },
	{ .kind = DTRACE_VAR_TASSOC, .flags = DTRACE_VAR_BYREF, .size = 64, .shape = 1 },
};
static const struct dtk_verify_env env = {
	.shapes = shapes,
	.vars = vars,
	.nr_shapes = ARRAY_SIZE(shapes),
	.nr_vars = ARRAY_SIZE(vars),
	.nr_aggs = 2,
	.frame_size = 256,
	.strtab_size = 10,
};

static const struct row rows[] = {
	/* ---- form ---- */
	{ "smallest", ACCEPT, { END } },
	{ "unknown class", "unknown instruction", { RAW(BPF_LD | BPF_W | BPF_ABS, 0, 0, 0, 0), END } },
	{ "unknown 64-bit operation", "unknown instruction",
	  { MOV(1, 1), RAW(BPF_ALU64 | 0xe0, 1, 0, 0, 0), END } },
	{ "byte swap in the 64-bit class", "unknown instruction",
	  { MOV(1, 1), RAW(BPF_ALU64 | BPF_END, 1, 0, 0, 16), END } },
	{ "32-bit goto", "unknown instruction", { RAW(BPF_JMP32 | BPF_JA, 0, 0, 0, 0), END } },
	{ "atomic", "unknown instruction", { MOV(1, 1), RAW(BPF_STX | BPF_DW | 0xc0, 7, 1, 64, 0), END } },
	{ "register 12", "no such register", { RAW(BPF_ALU64 | BPF_MOV | BPF_K, 12, 0, 0, 1), END } },
	{ "offset in an operation", "unused field is not zero",
	  { RAW(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 8, 1), END } },
	{ "immediate beside a register", "unused field is not zero",
	  { MOV(1, 1), RAW(BPF_ALU64 | BPF_ADD | BPF_X, 1, 1, 0, 5), END } },
	{ "immediate in an exit", "unused field is not zero",
	  { MOV(0, 1), RAW(BPF_JMP | BPF_EXIT, 0, 0, 0, 1), END } },
	{ "immediate in a load", "unused field is not zero",
	  { RAW(BPF_LDX | BPF_MEM | BPF_DW, 1, 7, 64, 1), END } },
	{ "source in a store of a constant", "unused field is not zero",
	  { RAW(BPF_ST | BPF_MEM | BPF_DW, 7, 1, 64, 1), END } },
	{ "shift by 63", ACCEPT, { MOV(1, 1), RAW(BPF_ALU64 | BPF_LSH | BPF_K, 1, 0, 0, 63), END } },
	{ "shift by 64", "shift count is out of range",
	  { MOV(1, 1), RAW(BPF_ALU64 | BPF_LSH | BPF_K, 1, 0, 0, 64), END } },
	{ "32-bit shift by 32", "shift count is out of range",
	  { MOV(1, 1), RAW(BPF_ALU | BPF_RSH | BPF_K, 1, 0, 0, 32), END } },
	{ "division by a constant", ACCEPT, { MOV(1, 1), RAW(BPF_ALU64 | BPF_DIV | BPF_K, 1, 0, 0, 3), END } },
	{ "division by constant zero", "division by zero",
	  { MOV(1, 1), RAW(BPF_ALU64 | BPF_MOD | BPF_K, 1, 0, 0, 0), END } },
	{ "division by a register", "division by a register: call SDIV, UDIV, SMOD or UMOD",
	  { MOV(1, 1), RAW(BPF_ALU64 | BPF_DIV | BPF_X, 1, 1, 0, 0), END } },
	{ "swap of 32 bits", ACCEPT, { MOV(1, 1), RAW(BPF_ALU | BPF_END | BPF_TO_BE, 1, 0, 0, 32), END } },
	{ "swap of 24 bits", "byte swap of a width other than 16, 32 or 64",
	  { MOV(1, 1), RAW(BPF_ALU | BPF_END | BPF_TO_BE, 1, 0, 0, 24), END } },
	{ "kind of constant", "unknown kind of 64-bit constant", { IMM64(1, 2, 0, 0), END } },
	{ "constant cut off", "64-bit constant is cut off",
	  { MOV(0, 1), EXIT, RAW(BPF_LD | BPF_DW | BPF_IMM, 1, 0, 0, 0) } },
	{ "string constant", ACCEPT, { IMM64(1, 1, 9, 0), END } },
	{ "string behind the table", "offset outside of the string table", { IMM64(1, 1, 10, 0), END } },
	{ "last is no exit", "last instruction is not an exit", { MOV(0, 1), EXIT, MOV(0, 1) } },

	/* ---- jumps ---- */
	{ "forward", ACCEPT, { MOV(1, 0), JEQ(1, 0, 1), MOV(2, 2), END } },
	{ "back", "jump goes backwards", { MOV(0, 1), JA(-1), END } },
	{ "out", "jump leaves the program", { MOV(0, 1), JA(5), EXIT } },
	{ "into a constant", "jump into the middle of a 64-bit constant",
	  { MOV(1, 0), JEQ(1, 0, 1), IMM64(1, 0, 0, 0), END } },
	{ "code behind a goto", "instruction cannot be reached", { MOV(0, 1), JA(1), MOV(2, 1), EXIT } },

	/* ---- registers ---- */
	{ "never written", "register is read before it is written", { MOVR(0, 3), EXIT } },
	{ "written on one way only", "register is read before it is written",
	  { MOV(1, 0), JEQ(1, 0, 1), MOV(2, 5), MOVR(0, 2), EXIT } },
	{ "written on both ways", ACCEPT, { MOV(1, 0), MOV(2, 1), JEQ(1, 0, 1), MOV(2, 5), MOVR(0, 2), EXIT } },
	{ "no result", "register is read before it is written", { MOV(1, 1), EXIT } },
	{ "clobbered by a call", "register is read before it is written", { CALL(RAND), MOVR(0, 1), EXIT } },
	{ "r1 after the prologue", "register is read before it is written", { MOVR(0, 1), EXIT } },
	{ "r8 survives a call", ACCEPT, { MOV(8, 1), CALL(RAND), MOVR(0, 8), EXIT } },
	{ "write to r6", "r6, r7 and r10 are read-only", { MOV(6, 1), END } },
	{ "write to r7", "r6, r7 and r10 are read-only", { ADD(7, 8), END } },
	{ "load into r10", "r6, r7 and r10 are read-only", { LDX(BPF_DW, 10, 7, 64), END } },
	{ "copy of r6", "r6 and r10 may only be the base of a load or store", { MOVR(0, 6), EXIT } },
	{ "copy of r10", "r6 and r10 may only be the base of a load or store", { MOVR(0, 10), EXIT } },

	/* ---- memory ---- */
	{ "an argument", ACCEPT, { LDX(BPF_DW, 0, 6, 80), EXIT } },
	{ "behind the arguments", "access outside of the context", { LDX(BPF_DW, 0, 6, 88), EXIT } },
	{ "before the context", "access outside of the context", { LDX(BPF_DW, 0, 6, -8), EXIT } },
	{ "half an argument", "the context is read in 8-byte words", { LDX(BPF_W, 0, 6, 8), EXIT } },
	{ "crooked argument", "unaligned access", { LDX(BPF_DW, 0, 6, 12), EXIT } },
	{ "store to the context", "the context is read-only", { MOV(1, 1), STX(BPF_DW, 6, 1, 8), END } },
	{ "end of the frame", ACCEPT, { LDX(BPF_DW, 0, 7, 248), EXIT } },
	{ "behind the frame", "access outside of the frame", { LDX(BPF_B, 0, 7, 256), EXIT } },
	{ "across the frame's end", "access outside of the frame",
	  { FRAME(2, 252), ST(BPF_DW, 2, 0, 1), END } },
	{ "before the frame", "access outside of the frame", { LDX(BPF_B, 0, 7, -1), EXIT } },
	{ "crooked in the frame", "unaligned access", { ST(BPF_DW, 7, 68, 1), END } },
	{ "the site", ACCEPT, { ST(BPF_W, 7, 0, 7), END } },
	{ "site of 8 bytes", "store into the frame's header", { ST(BPF_DW, 7, 0, 7), END } },
	{ "frame header", "store into the frame's header", { ST(BPF_W, 7, 60, 7), END } },
	{ "through a frame address", ACCEPT, { FRAME(2, 128), ST(BPF_DW, 2, -64, 1), END } },
	{ "through a frame address of two kinds", "store through a register that holds no frame address",
	  { MOV(1, 0), FRAME(2, 64), JEQ(1, 0, 1), ADD(2, 8), ST(BPF_DW, 2, 0, 1), END } },
	{ "frame address plus too much", "store through a register that holds no frame address",
	  { FRAME(2, 300), ADD(2, -200), ST(BPF_DW, 2, 0, 1), END } },
	{ "load through a value", "load through a register that holds no frame address",
	  { MOV(1, 4096), LDX(BPF_DW, 0, 1, 0), EXIT } },
	{ "load through a loaded frame address", "load through a register that holds no frame address",
	  { STX(BPF_DW, 10, 7, -8), LDX(BPF_DW, 1, 10, -8), LDX(BPF_DW, 0, 1, 64), EXIT } },
	{ "stack", ACCEPT, { ST(BPF_DW, 10, -512, 1), LDX(BPF_DW, 0, 10, -512), EXIT } },
	{ "below the stack", "access outside of the stack", { ST(BPF_DW, 10, -520, 1), END } },
	{ "above the stack", "access outside of the stack", { ST(BPF_DW, 10, 0, 1), END } },
	{ "crooked on the stack", "unaligned access", { ST(BPF_DW, 10, -12, 1), END } },
	{ "stack never written", "stack is read before it is written", { LDX(BPF_DW, 0, 10, -8), EXIT } },
	{ "stack written in part", "stack is read before it is written",
	  { ST(BPF_W, 10, -8, 1), LDX(BPF_DW, 0, 10, -8), EXIT } },
	{ "stack written in two parts", ACCEPT,
	  { ST(BPF_W, 10, -8, 1), ST(BPF_W, 10, -4, 1), LDX(BPF_DW, 0, 10, -8), EXIT } },
	{ "stack written on one way only", "stack is read before it is written",
	  { MOV(1, 0), JEQ(1, 0, 1), ST(BPF_DW, 10, -8, 1), LDX(BPF_DW, 0, 10, -8), EXIT } },

	/* ---- calls ---- */
	{ "subroutine 127", "call of an unknown subroutine", { RAW(BPF_JMP | BPF_CALL, 0, 0, 0, 127), END } },
	{ "subroutine 0", "call of an unknown subroutine", { RAW(BPF_JMP | BPF_CALL, 0, 0, 0, 0), END } },
	{ "subroutine -1", "call of an unknown subroutine", { RAW(BPF_JMP | BPF_CALL, 0, 0, 0, -1), END } },
	{ "call of the kernel's kind", "unused field is not zero",
	  { RAW(BPF_JMP | BPF_CALL, 0, 1, 0, 1), END } },
	{ "argument missing", "register is read before it is written", { MOV(1, 1), CALL(SDIV), EXIT } },
	{ "built-in", ACCEPT, { MOV(1, DTRACE_BUILTIN_PID), CALL(BUILTIN), EXIT } },
	{ "unknown built-in", "no such built-in variable", { MOV(1, 60), CALL(BUILTIN), EXIT } },
	{ "built-in that is an array", "no such built-in variable",
	  { MOV(1, DTRACE_BUILTIN_ARGS), CALL(BUILTIN), EXIT } },
	{ "unknown array", "no such built-in array",
	  { MOV(1, DTRACE_BUILTIN_PID), MOV(2, 0), CALL(BUILTIN_IDX), EXIT } },
	{ "built-in that is no constant", "argument must be a constant",
	  { LDX(BPF_DW, 1, 6, 8), CALL(BUILTIN), EXIT } },
	{ "guards", ACCEPT, { MOV(1, 1), CALL(GUARD), MOV(1, 0), CALL(GUARD), EXIT } },
	{ "guard of 2", "flag is neither 0 nor 1", { MOV(1, 2), CALL(GUARD), EXIT } },
	{ "load of 8", ACCEPT, { MOV(1, 1), MOV(2, 8), CALL(LOAD), EXIT } },
	{ "load of 3", "access of a width other than 1, 2, 4 or 8",
	  { MOV(1, 1), MOV(2, 3), CALL(LOAD), EXIT } },
	{ "signed store", "access of a width other than 1, 2, 4 or 8",
	  { MOV(1, 1), MOV(2, 1), MOV(3, 0x14), CALL(STORE), END } },
	{ "string to an area", ACCEPT, { FRAME(1, 64), MOV(2, 192), MOV(3, 0), CALL(STRCPY), EXIT } },
	{ "area that is none", "argument must be a frame address",
	  { MOV(1, 64), MOV(2, 8), MOV(3, 0), CALL(STRCPY), EXIT } },
	{ "area on the header", "area covers the frame's header",
	  { FRAME(1, 56), MOV(2, 8), MOV(3, 0), CALL(STRCPY), EXIT } },
	{ "area too large", "area outside of the frame",
	  { FRAME(1, 64), MOV(2, 193), MOV(3, 0), CALL(STRCPY), EXIT } },
	{ "area of a negative size", "area outside of the frame",
	  { FRAME(1, 64), MOV(2, -1), MOV(3, 0), CALL(STRCPY), EXIT } },
	{ "area of nothing", "area is empty", { FRAME(1, 64), MOV(2, 0), MOV(3, 0), CALL(STRCPY), EXIT } },
	{ "crooked area", "unaligned area", { FRAME(1, 68), MOV(2, 8), MOV(3, 0), CALL(STRCPY), EXIT } },
	{ "crooked area of fetch", ACCEPT, { FRAME(1, 69), MOV(2, 3), MOV(3, 0), CALL(FETCH), EXIT } },
	{ "stack of 4", ACCEPT, { FRAME(1, 64), MOV(2, 32), MOV(3, 4), CALL(STACK), EXIT } },
	{ "stack of 5 in the room of 4", "more frames than the area holds",
	  { FRAME(1, 64), MOV(2, 32), MOV(3, 5), CALL(STACK), EXIT } },
	{ "user stack of 4 in the room of 4", "more frames than the area holds",
	  { FRAME(1, 64), MOV(2, 32), MOV(3, 4), CALL(USTACK), EXIT } },
	{ "global", ACCEPT, { MOV(1, 0), CALL(GVAR_LD), EXIT } },
	{ "no variable", "no such variable", { MOV(1, 6), CALL(GVAR_LD), EXIT } },
	{ "variable -1", "no such variable", { MOV(1, -1), CALL(GVAR_LD), EXIT } },
	{ "thread-local as a global", "variable is of another kind", { MOV(1, 2), CALL(GVAR_LD), EXIT } },
	{ "string as a value", "variable is by reference, not a value", { MOV(1, 1), CALL(GVAR_LD), EXIT } },
	{ "value as a string", "variable is a value, not by reference", { MOV(1, 0), CALL(GVAR_REF), EXIT } },
	{ "free of either", ACCEPT, { MOV(1, 2), CALL(TVAR_FREE), MOV(1, 3), CALL(TVAR_FREE), EXIT } },
	{ "create flag", "flag is neither 0 nor 1", { MOV(1, 3), MOV(2, 2), CALL(TVAR_REF), EXIT } },
	{ "element", ACCEPT, { MOV(1, 4), FRAME(2, 64), MOV(3, 1), CALL(AVAR_LD), EXIT } },
	{ "element of a thread-local array", ACCEPT,
	  { MOV(1, 5), FRAME(2, 64), MOV(3, 1), MOV(4, 1), CALL(TAVAR_REF), EXIT } },
	{ "shape of another variable", "key shape is not the variable's",
	  { MOV(1, 4), FRAME(2, 64), MOV(3, 0), CALL(AVAR_LD), EXIT } },
	{ "no shape", "no such key shape",
	  { MOV(1, 0), FRAME(2, 64), MOV(3, 3), MOV(4, 1), MOV(5, 1), CALL(AGG), END } },
	{ "key larger than the frame", "area outside of the frame",
	  { MOV(1, 0), FRAME(2, 64), MOV(3, 2), MOV(4, 1), MOV(5, 1), CALL(AGG), END } },
	{ "aggregation", ACCEPT, { MOV(1, 1), FRAME(2, 64), MOV(3, 1), MOV(4, 1), MOV(5, 1), CALL(AGG), END } },
	{ "aggregation without a key", ACCEPT,
	  { MOV(1, 1), MOV(2, 0), MOV(3, 0), MOV(4, 1), MOV(5, 1), CALL(AGG), END } },
	{ "no aggregation", "no such aggregation",
	  { MOV(1, 2), FRAME(2, 64), MOV(3, 0), MOV(4, 1), MOV(5, 1), CALL(AGG), END } },
};

static u32 length_of(const struct bpf_insn *insns)
{
	u32 nr = MAX;

	/* Unused elements are all zero, and so is no instruction but the second half of a constant. */
	while (nr && !insns[nr - 1].code && !insns[nr - 1].imm && !insns[nr - 1].dst_reg)
		nr--;
	return nr;
}

static void prologue(struct bpf_insn *insns)
{
	insns[0] = MOVR(6, 1);
	insns[1] = LDX(BPF_DW, 7, 6, DTRACE_CTX_FRAME);
}

static void check_row(const struct row *row)
{
	struct bpf_insn insns[MAX + 2];
	struct dtk_verdict verdict;
	u32 nr = length_of(row->insns);
	int err;

	prologue(insns);
	memcpy(insns + 2, row->insns, nr * sizeof(*insns));
	err = dtk_verify(&env, insns, nr + 2, NULL, NULL, &verdict);
	if (!row->reason) {
		CHECK(!err && !verdict.reason, "%s: accepted (%s)", row->name, verdict.reason ? verdict.reason : "");
		return;
	}
	CHECK(err == -EINVAL && verdict.reason && !strcmp(verdict.reason, row->reason) && verdict.insn < nr + 2,
	      "%s: refused at %u: %s", row->name, verdict.insn, verdict.reason ? verdict.reason : "not at all");
}

static const char *refuse(const struct bpf_insn *insns, u32 nr)
{
	static struct dtk_verdict verdict;

	return dtk_verify(&env, insns, nr, NULL, NULL, &verdict) ? verdict.reason : "accepted";
}

/* Reasons that have to do with the program as a whole. */
static void check_layout(void)
{
	static struct bpf_insn many[DTRACE_DIF_MAXINSNS + 1];
	struct bpf_insn insns[6];
	u32 i;

	prologue(insns);
	insns[2] = MOV(0, 1);
	insns[3] = EXIT;
	CHECK(!strcmp(refuse(insns, 4), "accepted"), "four instructions are enough");
	CHECK(!strcmp(refuse(insns, 3), "program is too short"), "three are too short");
	CHECK(!strcmp(refuse(insns, 0), "program is too short"), "none, too");
	insns[0] = MOV(6, 1);
	CHECK(!strcmp(refuse(insns, 4), "prologue: first instruction must be r6 = r1"), "first of the prologue");
	prologue(insns);
	insns[1] = LDX(BPF_DW, 7, 6, 8);
	CHECK(!strcmp(refuse(insns, 4), "prologue: second instruction must be r7 = [r6 + frame]"),
	      "second of the prologue");

	prologue(many);
	for (i = 2; i < DTRACE_DIF_MAXINSNS; i++)
		many[i] = MOV(0, 1);
	many[DTRACE_DIF_MAXINSNS - 1] = EXIT;
	many[DTRACE_DIF_MAXINSNS] = EXIT;
	CHECK(!strcmp(refuse(many, DTRACE_DIF_MAXINSNS), "accepted"), "the longest program");
	CHECK(!strcmp(refuse(many, DTRACE_DIF_MAXINSNS + 1), "program is too long"), "one more is too long");
}

/* Every jump of a program that is nothing but jumps has a state: none of it may be lost or leak. */
static void check_many_targets(void)
{
	static struct bpf_insn many[2002];
	struct dtk_verdict verdict;
	unsigned long n;
	long live;
	u32 i;

	prologue(many);
	many[2] = MOV(0, 1);
	for (i = 3; i < ARRAY_SIZE(many) - 1; i++)
		many[i] = JEQ(0, i, 0);
	many[ARRAY_SIZE(many) - 1] = EXIT;
	live = shim.nr_live;
	CHECK(!dtk_verify(&env, many, ARRAY_SIZE(many), NULL, NULL, &verdict), "a program of jumps");
	CHECK_EQ(shim.nr_live, live, "nothing stays allocated");
	for (n = 1; n <= 4; n++) {
		shim.fail_at = n;
		CHECK_EQ(dtk_verify(&env, many, ARRAY_SIZE(many), NULL, NULL, &verdict), -ENOMEM,
			 "allocation %lu fails", n);
		CHECK_EQ(shim.nr_live, live, "nothing stays allocated");
	}
	shim.fail_at = 0;
}

/* What calls use is reported, so that storage is made for it. */
static void check_uses(void)
{
	const struct {
		struct bpf_insn insns[5];
		u32 uses;
	} cases[] = {
		{ { MOV(1, 1), CALL(EXIT), END }, DTK_USES_EXIT },
		{ { CALL(SPECULATION), END }, DTK_USES_SPEC },
		{ { MOV(1, 2), CALL(TVAR_LD), END }, DTK_USES_DYNVAR },
		{ { MOV(1, 8), CALL(ALLOCA), END }, DTK_USES_SCRATCH },
		{ { CALL(PANIC), END }, DTK_USES_DESTRUCTIVE },
		{ { MOV(1, DTRACE_BUILTIN_VTIMESTAMP), CALL(BUILTIN), END }, DTK_USES_VTIME },
		{ { MOV(1, DTRACE_BUILTIN_TIMESTAMP), CALL(BUILTIN), END }, 0 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bpf_insn insns[MAX];
		struct dtk_verdict verdict;
		u32 nr = 5;

		while (!cases[i].insns[nr - 1].code)
			nr--;
		prologue(insns);
		memcpy(insns + 2, cases[i].insns, nr * sizeof(*insns));
		CHECK(!dtk_verify(&env, insns, nr + 2, NULL, NULL, &verdict) && verdict.uses == cases[i].uses,
		      "use %u is reported", cases[i].uses);
	}
}

int main(void)
{
	u32 i;

	shim_reset();
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(&rows[i]);
	check_layout();
	check_many_targets();
	check_uses();
	return check_result();
}
