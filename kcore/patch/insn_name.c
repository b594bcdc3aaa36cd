// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mnemonics of x86-64 instructions: dtk_insn_name().
 *
 * Context: any; read-only tables and pure functions.
 */
#include "os.h"
#include "insn.h"

/*
 * NULL: named by code below, which also adds the size (w, d, q) of string instructions. Opcodes of a kind are ranges.
 */
static const char * const names_1b[256] = {
	[0x00 ... 0x05] = "add", [0x08 ... 0x0d] = "or", [0x10 ... 0x15] = "adc", [0x18 ... 0x1d] = "sbb",
	[0x20 ... 0x25] = "and", [0x28 ... 0x2d] = "sub", [0x30 ... 0x35] = "xor", [0x38 ... 0x3d] = "cmp",
	[0x50 ... 0x57] = "push", [0x58 ... 0x5f] = "pop", [0x63] = "movsxd",
	[0x68] = "push", [0x69] = "imul", [0x6a] = "push", [0x6b] = "imul",
	[0x6c] = "insb", [0x6d] = "ins", [0x6e] = "outsb", [0x6f] = "outs",
	[0x84 ... 0x85] = "test", [0x86 ... 0x87] = "xchg", [0x88 ... 0x8c] = "mov", [0x8d] = "lea",
	[0x8e] = "mov", [0x8f] = "pop", [0x90 ... 0x97] = "xchg",
	[0x9b] = "fwait", [0x9c] = "pushf", [0x9d] = "popf", [0x9e] = "sahf", [0x9f] = "lahf",
	[0xa0 ... 0xa3] = "mov", [0xa4] = "movsb", [0xa5] = "movs", [0xa6] = "cmpsb", [0xa7] = "cmps",
	[0xa8 ... 0xa9] = "test", [0xaa] = "stosb", [0xab] = "stos", [0xac] = "lodsb", [0xad] = "lods",
	[0xae] = "scasb", [0xaf] = "scas", [0xb0 ... 0xbf] = "mov",
	[0xc2 ... 0xc3] = "ret", [0xc6 ... 0xc7] = "mov", [0xc8] = "enter", [0xc9] = "leave",
	[0xca ... 0xcb] = "lret", [0xcc] = "int3", [0xcd] = "int", [0xcf] = "iret",
	[0xd7] = "xlat", [0xd8 ... 0xdf] = "fpu",
	[0xe0] = "loopne", [0xe1] = "loope", [0xe2] = "loop", [0xe3] = "jrcxz",
	[0xe4 ... 0xe5] = "in", [0xe6 ... 0xe7] = "out", [0xe8] = "call", [0xe9] = "jmp", [0xeb] = "jmp",
	[0xec ... 0xed] = "in", [0xee ... 0xef] = "out",
	[0xf1] = "int1", [0xf4] = "hlt", [0xf5] = "cmc", [0xf8] = "clc", [0xf9] = "stc", [0xfa] = "cli",
	[0xfb] = "sti", [0xfc] = "cld", [0xfd] = "std",
};

static const char * const names_0f[256] = {
	[0x02] = "lar", [0x03] = "lsl", [0x05] = "syscall", [0x06] = "clts", [0x07] = "sysret", [0x08] = "invd",
	[0x09] = "wbinvd", [0x0b] = "ud2", [0x0e] = "femms",
	[0x19] = "nop", [0x1d] = "nop", [0x1f] = "nop", [0x20 ... 0x23] = "mov",
	[0x30] = "wrmsr", [0x31] = "rdtsc", [0x32] = "rdmsr", [0x33] = "rdpmc", [0x34] = "sysenter",
	[0x35] = "sysexit", [0x37] = "getsec", [0x77] = "emms",
	[0xa0] = "push", [0xa1] = "pop", [0xa2] = "cpuid", [0xa3] = "bt", [0xa4 ... 0xa5] = "shld",
	[0xa6 ... 0xa7] = "padlock", [0xa8] = "push", [0xa9] = "pop", [0xaa] = "rsm", [0xab] = "bts",
	[0xac ... 0xad] = "shrd", [0xaf] = "imul", [0xb0 ... 0xb1] = "cmpxchg", [0xb2] = "lss", [0xb3] = "btr",
	[0xb4] = "lfs", [0xb5] = "lgs", [0xb6 ... 0xb7] = "movzx", [0xb8] = "popcnt", [0xb9] = "ud1",
	[0xbb] = "btc", [0xbe ... 0xbf] = "movsx", [0xc0 ... 0xc1] = "xadd", [0xc3] = "movnti",
	[0xc8 ... 0xcf] = "bswap", [0xff] = "ud0",
};

static const char * const conditions[16] = {
	"o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g",
};

/* By ModRM.reg. */
static const char * const group1[8] = { "add", "or", "adc", "sbb", "and", "sub", "xor", "cmp" };
static const char * const group2[8] = { "rol", "ror", "rcl", "rcr", "shl", "shr", "shl", "sar" };
static const char * const group3[8] = { "test", "test", "not", "neg", "mul", "imul", "div", "idiv" };
static const char * const group5[8] = { "inc", "dec", "calli", "lcall", "jmpi", "ljmp", "push", "ud" };
static const char * const group6[8] = { "sldt", "str", "lldt", "ltr", "verr", "verw", "lkgs", "ud" };
static const char * const group7[8] = { "sgdt", "sidt", "lgdt", "lidt", "smsw", "rstorssp", "lmsw", "invlpg" };
static const char * const group8[8] = { "ud", "ud", "ud", "ud", "bt", "bts", "btr", "btc" };
static const char * const group9[8] = { "ud", "cmpxchg8b", "ud", "xrstors", "xsavec", "xsaves", "vmptrld", "vmptrst" };
static const char * const group15[8] = {
	"fxsave", "fxrstor", "ldmxcsr", "stmxcsr", "xsave", "xrstor", "xsaveopt", "clflush",
};
static const char * const group15_66[8] = { "ud", "ud", "ud", "ud", "ud", "ud", "clwb", "clflushopt" };
static const char * const group15_reg[8] = { "ud", "ud", "ud", "ud", "ud", "lfence", "mfence", "sfence" };
static const char * const group15_f3[8] = {
	"rdfsbase", "rdgsbase", "wrfsbase", "wrgsbase", "ptwrite", "incssp", "umonitor", "ud",
};
static const char * const prefetches[8] = {
	"prefetchnta", "prefetcht0", "prefetcht1", "prefetcht2", "nop", "nop", "nop", "nop",
};

/* Of 0f 01 with a register form: the whole ModRM byte and the prefix say which. */
static const struct {
	u8 modrm;
	u8 pp;
	const char *name;
} group7_reg[] = {
	{ 0xc0, 0, "enclv" }, { 0xc1, 0, "vmcall" }, { 0xc2, 0, "vmlaunch" }, { 0xc3, 0, "vmresume" },
	{ 0xc4, 0, "vmxoff" }, { 0xc5, 0, "pconfig" }, { 0xc6, 0, "wrmsrns" }, { 0xc6, 0xf3, "wrmsrlist" },
	{ 0xc6, 0xf2, "rdmsrlist" }, { 0xc8, 0, "monitor" }, { 0xc9, 0, "mwait" }, { 0xca, 0, "clac" },
	{ 0xca, 0xf2, "erets" }, { 0xca, 0xf3, "eretu" }, { 0xcb, 0, "stac" }, { 0xcc, 0x66, "tdcall" },
	{ 0xcd, 0x66, "seamret" }, { 0xce, 0x66, "seamops" }, { 0xcf, 0x66, "seamcall" }, { 0xcf, 0, "encls" },
	{ 0xd0, 0, "xgetbv" }, { 0xd1, 0, "xsetbv" }, { 0xd4, 0, "vmfunc" }, { 0xd5, 0, "xend" },
	{ 0xd6, 0, "xtest" }, { 0xd7, 0, "enclu" }, { 0xd8, 0, "vmrun" }, { 0xd9, 0, "vmmcall" },
	{ 0xd9, 0xf2, "vmgexit" }, { 0xd9, 0xf3, "vmgexit" }, { 0xda, 0, "vmload" }, { 0xdb, 0, "vmsave" },
	{ 0xdc, 0, "stgi" }, { 0xdd, 0, "clgi" }, { 0xde, 0, "skinit" }, { 0xdf, 0, "invlpga" },
	{ 0xe8, 0, "serialize" }, { 0xe8, 0xf2, "xsusldtrk" }, { 0xe8, 0xf3, "setssbsy" },
	{ 0xe9, 0xf2, "xresldtrk" }, { 0xea, 0xf3, "saveprevssp" }, { 0xec, 0xf3, "uiret" },
	{ 0xed, 0xf3, "testui" }, { 0xee, 0xf3, "clui" }, { 0xee, 0, "rdpkru" }, { 0xef, 0xf3, "stui" },
	{ 0xef, 0, "wrpkru" }, { 0xf8, 0, "swapgs" }, { 0xf9, 0, "rdtscp" }, { 0xfa, 0, "monitorx" },
	{ 0xfa, 0xf3, "mcommit" }, { 0xfb, 0, "mwaitx" }, { 0xfc, 0, "clzero" }, { 0xfd, 0, "rdpru" },
	{ 0xfe, 0, "invlpgb" }, { 0xfe, 0xf2, "rmpupdate" }, { 0xfe, 0xf3, "rmpadjust" },
	{ 0xff, 0, "tlbsync" }, { 0xff, 0xf2, "pvalidate" }, { 0xff, 0xf3, "psmash" },
};

/* A name under construction. */
struct name {
	char *buf;
	u32 size;
	u32 len;
};

static notrace void put(struct name *name, const char *text)
{
	for (; *text; text++) {
		if (name->len + 1 < name->size)
			name->buf[name->len] = *text;
		name->len++;
	}
}
NOKPROBE_SYMBOL(put);

static __always_inline u32 reg_of(const struct dtk_insn *insn)
{
	return insn->modrm >> 3 & 7;
}

static __always_inline bool is_rex_w(const struct dtk_insn *insn)
{
	return insn->rex & DTK_INSN_REX_W;
}

/**
 * dtk_insn_group7_name - what 0f 01 means
 * @insn: ModRM and prefixes are there
 *
 * Context: any. Return: the mnemonic; NULL: not defined.
 */
notrace const char *dtk_insn_group7_name(const struct dtk_insn *insn)
{
	const char *name = NULL;
	u32 i;

	if (insn->has_memory || (insn->modrm >= 0xe0 && insn->modrm < 0xe8) ||
	    (insn->modrm >= 0xf0 && insn->modrm < 0xf8))
		return group7[reg_of(insn)];
	for (i = 0; i < ARRAY_SIZE(group7_reg); i++) {
		if (group7_reg[i].modrm != insn->modrm)
			continue;
		if (group7_reg[i].pp == insn->pp)
			return group7_reg[i].name;
		if (!group7_reg[i].pp)
			name = group7_reg[i].name;
	}
	return name;
}
NOKPROBE_SYMBOL(dtk_insn_group7_name);

static notrace const char *name_group15(const struct dtk_insn *insn)
{
	if (insn->has_memory) {
		if (insn->pp == 0xf3)
			return reg_of(insn) == 6 ? "clrssbsy" : "ptwrite";
		return insn->pp == 0x66 && reg_of(insn) >= 6 ? group15_66[reg_of(insn)] : group15[reg_of(insn)];
	}
	switch (insn->pp) {
	case 0xf3:
		return group15_f3[reg_of(insn)];
	case 0xf2:
		return "umwait";
	case 0x66:
		return "tpause";
	}
	return group15_reg[reg_of(insn)];
}
NOKPROBE_SYMBOL(name_group15);

static notrace const char *name_group9(const struct dtk_insn *insn)
{
	u32 reg = reg_of(insn);

	if (!insn->has_memory) {
		if (insn->pp == 0xf3)
			return reg == 7 ? "rdpid" : "senduipi";
		return reg == 7 ? "rdseed" : "rdrand";
	}
	if (reg == 1)
		return is_rex_w(insn) ? "cmpxchg16b" : group9[1];
	if (reg == 6 && insn->pp)
		return insn->pp == 0x66 ? "vmclear" : "vmxon";
	return group9[reg];
}
NOKPROBE_SYMBOL(name_group9);

/* Memory protection extensions: gone from processors, but still in the opcode map. */
static notrace const char *name_bounds(const struct dtk_insn *insn)
{
	bool is_1a = insn->opcode == 0x1a;

	switch (insn->pp) {
	case 0xf3:
		return is_1a ? "bndcl" : insn->has_memory ? "bndmk" : "nop";
	case 0xf2:
		return is_1a ? "bndcu" : "bndcn";
	case 0x66:
		return "bndmov";
	}
	return !insn->has_memory ? "nop" : is_1a ? "bndldx" : "bndstx";
}
NOKPROBE_SYMBOL(name_bounds);

static notrace const char *name_hint(const struct dtk_insn *insn)
{
	u32 reg = reg_of(insn);

	switch (insn->opcode) {
	case 0x0d:
		return !insn->has_memory ? "nop" : reg == 1 ? "prefetchw" : reg == 2 ? "prefetchwt1" : "prefetch";
	case 0x18:
		return insn->has_memory ? prefetches[reg] : "nop";
	case 0x1a: case 0x1b:
		return name_bounds(insn);
	case 0x1c:
		return insn->has_memory && !reg && !insn->pp ? "cldemote" : "nop";
	}
	/* 0f 1e */
	if (insn->pp != 0xf3 || insn->has_memory)
		return "nop";
	if (insn->modrm == 0xfa)
		return "endbr64";
	if (insn->modrm == 0xfb)
		return "endbr32";
	return reg != 1 ? "nop" : is_rex_w(insn) ? "rdsspq" : "rdsspd";
}
NOKPROBE_SYMBOL(name_hint);

static notrace const char *name_0f(const struct dtk_insn *insn)
{
	switch (insn->opcode) {
	case 0x00:
		return group6[reg_of(insn)];
	case 0x01:
		return dtk_insn_group7_name(insn);
	case 0x09:
		return insn->pp == 0xf3 ? "wbnoinvd" : "wbinvd";
	case 0x0d: case 0x18: case 0x1a ... 0x1c: case 0x1e:
		return name_hint(insn);
	case 0x78: case 0x79:
		return insn->pp ? "simd" : insn->opcode == 0x78 ? "vmread" : "vmwrite";
	case 0xae:
		return name_group15(insn);
	case 0xba:
		return group8[reg_of(insn)];
	case 0xbc:
		return insn->pp == 0xf3 ? "tzcnt" : "bsf";
	case 0xbd:
		return insn->pp == 0xf3 ? "lzcnt" : "bsr";
	case 0xc7:
		return name_group9(insn);
	}
	return names_0f[insn->opcode] ? names_0f[insn->opcode] : "simd";
}
NOKPROBE_SYMBOL(name_0f);

static notrace const char *name_0f38(const struct dtk_insn *insn)
{
	switch (insn->opcode) {
	case 0x80:
		return "invept";
	case 0x81:
		return "invvpid";
	case 0x82:
		return "invpcid";
	case 0xf0: case 0xf1:
		return insn->flags & DTK_INSN_F_REPNE ? "crc32" : "movbe";
	case 0xf5:
		return is_rex_w(insn) ? "wrussq" : "wrussd";
	case 0xf6:
		if (insn->pp)
			return insn->pp == 0x66 ? "adcx" : "adox";
		return is_rex_w(insn) ? "wrssq" : "wrssd";
	case 0xf8:
		return insn->pp == 0xf2 ? "enqcmd" : insn->pp == 0xf3 ? "enqcmds" : "movdir64b";
	case 0xf9:
		return "movdiri";
	}
	return "simd";
}
NOKPROBE_SYMBOL(name_0f38);

/* Those VEX instructions that work on general registers. */
static notrace const char *name_vex(const struct dtk_insn *insn)
{
	if (insn->map == DTK_INSN_MAP_0F3A && insn->opcode == 0xf0)
		return "rorx";
	if (insn->map != DTK_INSN_MAP_0F38)
		return "simd";
	switch (insn->opcode) {
	case 0xf2:
		return "andn";
	case 0xf3:
		return reg_of(insn) == 1 ? "blsr" : reg_of(insn) == 2 ? "blsmsk" : "blsi";
	case 0xf5:
		return insn->pp == 0xf3 ? "pext" : insn->pp == 0xf2 ? "pdep" : "bzhi";
	case 0xf6:
		return "mulx";
	case 0xf7:
		return insn->pp == 0x66 ? "shlx" : insn->pp == 0xf3 ? "sarx" : insn->pp == 0xf2 ? "shrx" : "bextr";
	}
	return "simd";
}
NOKPROBE_SYMBOL(name_vex);

static notrace const char *name_1b(const struct dtk_insn *insn)
{
	u32 size = is_rex_w(insn) ? 2 : insn->flags & DTK_INSN_F_OPSIZE ? 0 : 1;

	switch (insn->opcode) {
	case 0x80 ... 0x83:
		return group1[reg_of(insn)];
	case 0x90:
		if (insn->pp == 0xf3)
			return "pause";
		return insn->rex & DTK_INSN_REX_B ? "xchg" : "nop";
	case 0x98:
		return size == 2 ? "cdqe" : size ? "cwde" : "cbw";
	case 0x99:
		return size == 2 ? "cqo" : size ? "cdq" : "cwd";
	case 0xc0: case 0xc1: case 0xd0 ... 0xd3:
		return group2[reg_of(insn)];
	case 0xc6:
		return insn->modrm == 0xf8 ? "xabort" : "mov";
	case 0xc7:
		return insn->modrm == 0xf8 ? "xbegin" : "mov";
	case 0xcf:
		return size == 2 ? "iretq" : size ? "iretd" : "iret";
	case 0xe3:
		return insn->flags & DTK_INSN_F_ADDRSIZE ? "jecxz" : "jrcxz";
	case 0xf6: case 0xf7:
		return group3[reg_of(insn)];
	case 0xfe: case 0xff:
		return group5[reg_of(insn)];
	}
	return names_1b[insn->opcode] ? names_1b[insn->opcode] : "ud";
}
NOKPROBE_SYMBOL(name_1b);

/* String instructions: 'n' those that f3 repeats as often as rcx says, 'c' those that compare, 0 others. */
static notrace char string_kind(const struct dtk_insn *insn)
{
	if (insn->map != DTK_INSN_MAP_1B)
		return 0;
	switch (insn->opcode) {
	case 0x6c ... 0x6f: case 0xa4 ... 0xa5: case 0xaa ... 0xad:
		return 'n';
	case 0xa6 ... 0xa7: case 0xae ... 0xaf:
		return 'c';
	}
	return 0;
}
NOKPROBE_SYMBOL(string_kind);

static notrace void put_legacy(struct name *name, const struct dtk_insn *insn)
{
	char kind = string_kind(insn);

	if (insn->flags & DTK_INSN_F_LOCK)
		put(name, "lock_");
	if (kind && insn->flags & (DTK_INSN_F_REP | DTK_INSN_F_REPNE))
		put(name, kind == 'n' ? "rep_" : insn->flags & DTK_INSN_F_REP ? "repe_" : "repne_");
	if (insn->map == DTK_INSN_MAP_1B && insn->opcode >= 0x70 && insn->opcode <= 0x7f) {
		put(name, "j");
		put(name, conditions[insn->opcode & 15]);
		return;
	}
	if (insn->map == DTK_INSN_MAP_1B) {
		put(name, name_1b(insn));
		if (kind && insn->opcode & 1) {
			bool is_port = insn->opcode < 0x70;

			put(name, is_rex_w(insn) && !is_port ? "q" :
				  insn->flags & DTK_INSN_F_OPSIZE && !is_rex_w(insn) ? "w" : "d");
		}
		return;
	}
	if (insn->map == DTK_INSN_MAP_0F) {
		const char *prefix = insn->opcode >> 4 == 4 ? "cmov" : insn->opcode >> 4 == 8 ? "j" :
				     insn->opcode >> 4 == 9 ? "set" : NULL;

		if (prefix) {
			put(name, prefix);
			put(name, conditions[insn->opcode & 15]);
			return;
		}
		put(name, name_0f(insn));
		/* What saves processor state says so if pointers are saved in 64 bits. */
		if (is_rex_w(insn) && insn->has_memory && !insn->pp &&
		    ((insn->opcode == 0xae && (reg_of(insn) < 2 || (reg_of(insn) >= 4 && reg_of(insn) < 7))) ||
		     (insn->opcode == 0xc7 && reg_of(insn) >= 3 && reg_of(insn) <= 5)))
			put(name, "64");
		if (insn->opcode == 0xae && !insn->has_memory && insn->pp == 0xf3 && reg_of(insn) == 5)
			put(name, is_rex_w(insn) ? "q" : "d");	/* incssp */
		return;
	}
	put(name, insn->map == DTK_INSN_MAP_0F38 ? name_0f38(insn) : insn->opcode == 0xf0 ? "hreset" : "simd");
}
NOKPROBE_SYMBOL(put_legacy);

notrace u32 dtk_insn_name(const struct dtk_insn *insn, const u8 *bytes, char *buf, u32 size)
{
	struct name name = { .buf = buf, .size = size };

	switch (insn->encoding) {
	case DTK_INSN_LEGACY:
		put_legacy(&name, insn);
		break;
	case DTK_INSN_VEX:
		put(&name, name_vex(insn));
		break;
	case DTK_INSN_EVEX:
		put(&name, "simd");
		break;
	default:
		put(&name, "xop");
	}
	if (size)
		buf[name.len < size ? name.len : size - 1] = '\0';
	return name.len;
}
NOKPROBE_SYMBOL(dtk_insn_name);
