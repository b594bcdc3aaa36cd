/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * Program format (DIF): what the D compiler emits and the core verifies, links and runs.
 *
 * A clause is one program in the eBPF instruction set (struct bpf_insn, 8 bytes an instruction).
 * Shared by the core's verifier and linker, the assembler and disassembler, and the reference
 * interpreter of the tests. docs/program-format.md explains it for readers.
 *
 * Machine
 *   r1        on entry: the context, a struct dtrace_firing (read-only window, see below)
 *   r6        the context. Set by the prologue, never written again
 *   r7        the frame. Set by the prologue, never written again
 *   r10       the BPF stack, DTRACE_DIF_STACK bytes below it
 *   r0        result: 0 = the predicate was false (no record), 1 = the clause ran
 *   r1..r5    arguments of a call, clobbered by it; r8, r9 survive calls
 *
 * Prologue (exactly these two instructions, first):
 *   mov64 r6, r1
 *   ldxdw r7, [r6 + DTRACE_CTX_FRAME]
 *
 * Memory: loads from [r6+k] (context window), from the frame and from the stack; stores to the
 * frame and the stack. A frame address is r7 or any register the verifier knows to hold r7 + constant
 * ("mov64 rX, r7; add64 rX, imm"). Nothing else may be dereferenced: D pointers go through the
 * LOAD/STORE/COPY/FETCH subroutines, which may fault.
 */
#ifndef _DTRACE_DIF_H
#define _DTRACE_DIF_H

#define DTRACE_DIF_VERSION	1u
#define DTRACE_DIF_MAXINSNS	32767u	/* jump offsets are 16 bits wide */
#define DTRACE_DIF_STACK	512u	/* bytes below r10 */
#define DTRACE_DIF_NR_ARGS	10u	/* arg0..arg9 */

/* Context window, byte offsets from r6; every field is 8 bytes wide. */
#define DTRACE_CTX_FRAME	0u
#define DTRACE_CTX_ARG(n)	(8u + 8u * (n))
#define DTRACE_CTX_SIZE		(8u + 8u * DTRACE_DIF_NR_ARGS)

/*
 * Frame: one per consumer and CPU. The first DTRACE_FRAME_HDR bytes are shared with the core.
 * DTRACE_FRAME_SITE (u32): before a call that may fault the program stores where it is:
 * action index << 16 | instruction index of the call. Action 0 is the predicate, the clause's
 * actions count from 1. It becomes arg2 and arg3 of ERROR.
 * From DTRACE_FRAME_HDR on, the compiler lays out: the clause-local variables (local_size bytes,
 * zeroed before the first clause of a firing), then, shared between clauses, the record under
 * construction, keys, string temporaries and spilled values. The size of the whole frame is given with
 * the request; the core puts the alloca() scratch area behind it.
 */
#define DTRACE_FRAME_SITE	0u
#define DTRACE_FRAME_HDR	64u
#define DTRACE_FRAME_MAX	(64u << 20)
#define DTRACE_SITE(action, insn)	(((unsigned int)(action) << 16) | ((insn) & 0xffffu))

/*
 * Subroutines. A call is BPF_JMP|BPF_CALL with src_reg 0 and imm = DTRACE_SUBR_x; the core links it.
 * Signature: one letter per argument, r1 first.
 *   a  any initialised value (addresses are checked when the subroutine runs)
 *   c  a constant known to the verifier
 *   f  a frame address known to the verifier; the next argument is z or k
 *   z  constant size in bytes of the frame area named by the f before it
 *   k  constant index of a key shape; its size bounds the f before it. Shape 0 is the empty key
 *   v  constant index of a variable of the kind that the subroutine works on
 *   g  constant index of an aggregation
 * Strings are addresses of NUL-terminated bytes; "D string" arguments read at most strsize bytes and
 * treat address 0 as "". A subroutine that makes a string writes it to (f, z), NUL-terminated, truncated to z - 1
 * bytes, zero-padded to the next multiple of 8 (within z), and returns the address of f.
 * Sign extension in LOAD: size | DTRACE_LOAD_SIGNED.
 */
#define DTRACE_LOAD_SIGNED	0x10u

#define DTRACE_SUBR_LIST(X)                                                                        \
	/* arithmetic that may fault */                                                            \
	X(SDIV, 1, "aa")	 /* dividend, divisor; INT64_MIN / -1 wraps; 0 faults DIVZERO */   \
	X(UDIV, 2, "aa")                                                                           \
	X(SMOD, 3, "aa")                                                                           \
	X(UMOD, 4, "aa")                                                                           \
	X(BADINDEX, 5, "a")	 /* an array's index was outside of it: faults BADINDEX */         \
	X(GUARD, 6, "c")	 /* 1: faults from here on are contained; 0: was there one? forgets it */ \
	/* memory through D pointers */                                                            \
	X(LOAD, 8, "ac")	 /* address, 1|2|4|8 [| DTRACE_LOAD_SIGNED] */                     \
	X(STORE, 9, "aac")	 /* address in writable D memory, value, 1|2|4|8 */                \
	X(COPY, 10, "aaa")	 /* bcopy(): source (any), destination (D memory), bytes */        \
	X(FETCH, 11, "fza")	 /* frame area <- z bytes from any kernel or D address */          \
	X(ALLOCA, 12, "a")	 /* bytes; address of zeroed scratch, 8-byte aligned, or NOSCRATCH */ \
	X(COPYIN, 13, "aa")	 /* user address, bytes -> scratch address */                      \
	X(COPYINSTR, 14, "fzaa") /* dst, user address, most bytes (0 = strsize) */                 \
	X(COPYINTO, 15, "aaa")	 /* user address, bytes, destination in D memory */                \
	X(COPYOUT, 16, "aaa")	 /* destructive: source, user address, bytes */                    \
	X(COPYOUTSTR, 17, "aaa") /* destructive: string, user address, most bytes */               \
	/* strings */                                                                              \
	X(STRCPY, 24, "fza")	 /* dst, D string */                                               \
	X(STRPUT, 25, "aaa")	 /* destination in D memory (0: dropped, no-op), string, capacity */ \
	X(STRLEN, 26, "a")                                                                         \
	X(STRCMP, 27, "aa")	 /* <0, 0, >0 over at most strsize bytes */                        \
	X(STRCHR, 28, "aa")	 /* address inside the string or 0 */                              \
	X(STRRCHR, 29, "aa")                                                                       \
	X(STRSTR, 30, "aa")                                                                        \
	X(INDEX, 31, "aaa")	 /* string, what, start (INT32_MIN = none given); -1 = not found */ \
	X(RINDEX, 32, "aaa")                                                                       \
	X(STRJOIN, 33, "fzaa")                                                                     \
	X(SUBSTR, 34, "fzaaa")	 /* dst, string, start, length (INT64_MAX = to the end) */         \
	X(STRTOK, 35, "fzaa")	 /* dst, string or 0 to go on, delimiters; returns 0 at the end */ \
	X(LLTOSTR, 36, "fzaa")	 /* dst, value, base 2..36 */                                      \
	X(STRTOLL, 37, "aa")                                                                       \
	X(TOLOWER, 38, "fza")                                                                      \
	X(TOUPPER, 39, "fza")                                                                      \
	X(BASENAME, 40, "fza")                                                                     \
	X(DIRNAME, 41, "fza")                                                                      \
	X(CLEANPATH, 42, "fza")                                                                    \
	X(INET_NTOA, 43, "fza")	 /* dst, address of an ipv4 address in network order */            \
	X(INET_NTOA6, 44, "fza") /* dst, address of a struct in6_addr */                           \
	X(INET_NTOP, 45, "fzaa") /* dst, AF_INET or AF_INET6, address */                           \
	X(LINK_NTOP, 46, "fzaa") /* dst, ARPHRD_ETHER or ARPHRD_INFINIBAND, address */             \
	X(JSON, 47, "fzaa")	 /* dst, text, selector; returns 0 if there is no such element */  \
	X(D_PATH, 48, "fza")	 /* dst, address of a struct path */                               \
	/* values of the moment */                                                                 \
	X(BUILTIN, 56, "c")	 /* DTRACE_BUILTIN_x */                                            \
	X(BUILTIN_IDX, 57, "ca") /* DTRACE_BUILTIN_ARGS or _UREGS, index */                        \
	X(RAND, 58, "")                                                                            \
	X(PROGENYOF, 59, "a")                                                                      \
	X(MUTEX_OWNED, 60, "a")                                                                    \
	X(MUTEX_OWNER, 61, "a")                                                                    \
	X(MUTEX_TYPE_ADAPTIVE, 62, "a")                                                            \
	X(MUTEX_TYPE_SPIN, 63, "a")                                                                \
	X(RW_READ_HELD, 64, "a")                                                                   \
	X(RW_WRITE_HELD, 65, "a")                                                                  \
	X(RW_ISWRITER, 66, "a")                                                                    \
	X(STACK, 67, "fzc")	 /* u64 pcs of the kernel stack; c = frames; the rest is zero */   \
	X(USTACK, 68, "fzc")	 /* u64 tgid, then c user pcs; the rest is zero */                 \
	/* variables; REF gives the address of by-reference storage (strings, structs, arrays) */ \
	X(GVAR_LD, 80, "v")                                                                        \
	X(GVAR_ST, 81, "va")                                                                       \
	X(GVAR_REF, 82, "v")                                                                       \
	X(TVAR_LD, 83, "v")	 /* thread-local: 0 when never assigned */                         \
	X(TVAR_ST, 84, "va")	 /* 0 frees the element */                                         \
	X(TVAR_REF, 85, "vc")	 /* c = 1 creates; 0 when missing or dropped */                    \
	X(TVAR_FREE, 86, "v")                                                                      \
	X(AVAR_LD, 87, "vfk")	 /* associative array element */                                   \
	X(AVAR_ST, 88, "vfka")                                                                     \
	X(AVAR_REF, 89, "vfkc")                                                                    \
	X(AVAR_FREE, 90, "vfk")                                                                    \
	X(TAVAR_LD, 91, "vfk")	 /* thread-local associative array element (self->a[key]) */       \
	X(TAVAR_ST, 92, "vfka")                                                                    \
	X(TAVAR_REF, 93, "vfkc")                                                                   \
	X(TAVAR_FREE, 94, "vfk")                                                                   \
	/* aggregations: the function is in the aggregation's description */                       \
	X(AGG, 104, "gfkaa")	 /* aggregation, key, value, increment (quantize family; else 1) */ \
	/* actions with an effect in the kernel */                                                 \
	X(EXIT, 112, "a")                                                                          \
	X(SPECULATION, 113, "")                                                                    \
	X(SPECULATE, 114, "a")	 /* the clause's record goes to this speculation */                \
	X(COMMIT, 115, "a")                                                                        \
	X(DISCARD, 116, "a")                                                                       \
	X(STOP, 117, "")	 /* destructive, like the following */                             \
	X(RAISE, 118, "a")                                                                         \
	X(CHILL, 119, "a")	 /* ns */                                                          \
	X(PANIC, 120, "")                                                                          \
	X(BREAKPOINT, 121, "")

enum dtrace_subr {
#define X(name, id, sig) DTRACE_SUBR_##name = id,
	DTRACE_SUBR_LIST(X)
#undef X
	DTRACE_SUBR_MAX = 128
};

/*
 * Built-in variables of the BUILTIN subroutine. Values are u64 or an address of a D string.
 * timestamp, vtimestamp and walltimestamp are read once per clause.
 */
#define DTRACE_BUILTIN_LIST(X)                                                                     \
	X(TIMESTAMP, 1)	     /* ns, monotonic, agrees between CPUs */                              \
	X(VTIMESTAMP, 2)     /* ns on CPU of this thread, without time spent in probes */          \
	X(WALLTIMESTAMP, 3)  /* ns since 1970 */                                                   \
	X(PID, 4)	     /* tgid of current, initial namespace */                              \
	X(TID, 5)                                                                                  \
	X(PPID, 6)                                                                                 \
	X(UID, 7)                                                                                  \
	X(GID, 8)                                                                                  \
	X(EXECNAME, 9)	     /* string, at most 16 bytes with the NUL */                           \
	X(CURTHREAD, 10)     /* address of struct task_struct */                                   \
	X(CPU, 11)                                                                                 \
	X(EPID, 12)                                                                                \
	X(ID, 13)                                                                                  \
	X(PROBEPROV, 14)     /* strings */                                                         \
	X(PROBEMOD, 15)                                                                            \
	X(PROBEFUNC, 16)                                                                           \
	X(PROBENAME, 17)                                                                           \
	X(CALLER, 18)	     /* pc of the probed function's caller */                              \
	X(UCALLER, 19)                                                                             \
	X(STACKDEPTH, 20)                                                                          \
	X(USTACKDEPTH, 21)                                                                         \
	X(IPL, 22)	     /* 0 task, else what context: DTRACE_IPL_x */                         \
	X(ERRNO, 23)	     /* positive errno of the system call, in syscall return probes */     \
	X(ARGS, 24)	     /* BUILTIN_IDX: argument n of the firing, 0 past the last */          \
	X(UREGS, 25)	     /* BUILTIN_IDX: register n (index of struct pt_regs, in words) */     \
	X(ZONENAME, 26)	     /* string: "global" in the initial network namespace, else its inode */ \
	X(CWD, 27)	     /* string */                                                          \
	X(ROOT, 28)	     /* string */                                                          \
	X(USERNAME_RSVD, 29)                                                                       \
	X(PGID, 30)                                                                                \
	X(SID, 31)                                                                                 \
	X(PSARGS, 32)	     /* string: command line as the kernel has it */                       \
	X(STARTTIME, 33)     /* ns since boot at which current started */                          \
	X(PRIO, 34)                                                                                \
	X(NICE, 35)                                                                                \
	X(CURPROC, 36)	     /* address of the group leader's task_struct */

enum dtrace_builtin {
#define X(name, id) DTRACE_BUILTIN_##name = id,
	DTRACE_BUILTIN_LIST(X)
#undef X
	DTRACE_BUILTIN_MAX = 64
};

#define DTRACE_IPL_TASK		0u
#define DTRACE_IPL_SOFTIRQ	1u
#define DTRACE_IPL_HARDIRQ	2u
#define DTRACE_IPL_NMI		3u

/*
 * Buckets. The core counts (kcore/quant.c), the consumer draws; both follow these rules.
 * quantize: bucket 63 is 0; 63 + i holds 2^(i-1) <= v < 2^i; 63 - i the same for -v. i <= 63.
 * lquantize: bucket 0 is v < base; 1 + (v - base) / step; the last one (levels + 1) is v >= limit, where
 * levels = (limit - base) / step.
 * llquantize(factor, low, high, steps): P = (high - low + 1) * (steps - steps / factor) + 1 buckets on each side
 * of bucket P, which holds |v| < factor^low. For factor^m <= |v| < factor^(m+1), low <= m <= high:
 * width = max(1, factor^(m+1) / steps), i = (m - low) * (steps - steps / factor) + (|v| - factor^m) / width, bucket
 * P + 1 + i for positive, P - 1 - i for negative values. |v| >= factor^(high+1) goes to i = P - 1. 2P + 1 in all.
 */

/* Fault codes, arg4 of ERROR. Values of the classic engine, then ours. */
enum dtrace_fault {
	DTRACE_FLT_UNKNOWN = 0,
	DTRACE_FLT_BADADDR = 1,
	DTRACE_FLT_BADALIGN = 2,
	DTRACE_FLT_ILLOP = 3,
	DTRACE_FLT_DIVZERO = 4,
	DTRACE_FLT_NOSCRATCH = 5,
	DTRACE_FLT_KPRIV = 6,
	DTRACE_FLT_UPRIV = 7,
	DTRACE_FLT_TUPOFLOW = 8,
	DTRACE_FLT_BADSTACK = 9,
	DTRACE_FLT_BADSIZE = 10,
	DTRACE_FLT_BADINDEX = 11,
	DTRACE_FLT_BUDGET = 12,	/* the firing has used up its time: option firebudget */
};

#endif /* _DTRACE_DIF_H */
