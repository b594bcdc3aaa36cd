/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * The interface of /dev/dtrace: probe descriptions, ioctls, requests, record and buffer layout.
 *
 * Rules: fixed-width members, explicit padding, reserved members must be zero, sizes are asserted at
 * the end of this file in both builds. Pointers travel as u64. The first ioctl on a descriptor must
 * be DTRACE_IOC_VERSION. An open descriptor is one consumer: one ENABLE, one GO; closing it disables
 * everything at once. All times are in nanoseconds on the clock of the D variable timestamp.
 */
#ifndef _DTRACE_UAPI_H
#define _DTRACE_UAPI_H

#include <linux/types.h>
#include <linux/ioctl.h>

#define DTRACE_UAPI_VERSION	1u
#define DTRACE_DEVICE		"/dev/dtrace"

#define DTRACE_PROVNAMELEN	64
#define DTRACE_MODNAMELEN	64
#define DTRACE_FUNCNAMELEN	192
#define DTRACE_NAMELEN		64
#define DTRACE_TYPENAMELEN	128
#define DTRACE_MAXKEYS		32	/* components of one key tuple */

/* A probe, or a pattern (empty = match everything; shell globs * ? [] and \ in every part). */
struct dtrace_probedesc {
	__u32 id;	/* 0 = none; as a pattern: this id only */
	__u32 flags;	/* DTRACE_PROBE_* on output, 0 on input */
	char prov[DTRACE_PROVNAMELEN];
	char mod[DTRACE_MODNAMELEN];
	char func[DTRACE_FUNCNAMELEN];
	char name[DTRACE_NAMELEN];
};
#define DTRACE_PROBE_ARGS_BTF	0x1u	/* args[] come from the BTF prototype of mod`func: entry */
#define DTRACE_PROBE_RETURN_BTF	0x2u	/* args[1] is the BTF return type of mod`func */
#define DTRACE_PROBE_ALIAS	0x4u	/* another name of a probe: only a pattern without globs in func matches it */

/* ---- DTRACE_IOC_VERSION ---- */
struct dtrace_version {
	__u32 uapi;		/* in: caller's DTRACE_UAPI_VERSION; out: the core's */
	__u32 dif;		/* in/out likewise, DTRACE_DIF_VERSION */
	__u32 nr_cpus;		/* out: possible CPUs; CPU numbers are below this */
	__u32 reserved;
	char core[32];		/* out: version of dtrace.ko */
	char release[64];	/* out: kernel release it was built for */
};

/* ---- DTRACE_IOC_PROVIDERS: all providers ---- */
struct dtrace_provider_info {
	char name[DTRACE_PROVNAMELEN];
	char module[DTRACE_MODNAMELEN];	/* kernel module that registered it */
	__u32 nr_probes;
	__u32 nr_enabled;
	__u8 attr[5][4];	/* provider, module, function, name, args: name, data, class, 0 */
	__u32 reserved;
};
struct dtrace_providers {
	__u64 infos;		/* struct dtrace_provider_info[] */
	__u32 nr;		/* in: room; out: providers there are */
	__u32 reserved;
};

/* ---- DTRACE_IOC_MATCH: probes that match a pattern, in id order ---- */
struct dtrace_match {
	struct dtrace_probedesc pattern;
	__u32 start_id;		/* first id to consider; 0 also asks providers to create on demand */
	__u32 nr;		/* in: room in descs; out: filled */
	__u64 descs;		/* struct dtrace_probedesc[] */
	__u32 next_id;		/* out: pass as start_id to go on; 0 = no more */
	__u32 reserved;
};

/* ---- DTRACE_IOC_ARGDESC: type of one argument of one probe ---- */
struct dtrace_argdesc {
	__u32 probe_id;
	__u32 index;		/* n of args[n] */
	__u32 mapping;		/* out: which raw argument it is made from */
	__u32 nr_args;		/* out: number of typed arguments; index >= this gives ENOENT */
	char native[DTRACE_TYPENAMELEN];	/* out: C type of the raw argument */
	char xlate[DTRACE_TYPENAMELEN];		/* out: D type shown, "" = native */
};

/* ---- DTRACE_IOC_ENABLE ---- */

/* Components of a key tuple. offset and size are multiples of 8. */
#define DTRACE_KEY_BYTES	0u	/* compared byte by byte */
#define DTRACE_KEY_STRING	1u	/* up to the NUL; zero-padded to a multiple of 8 */
struct dtrace_key_comp {
	__u32 kind;
	__u32 offset;
	__u32 size;
	__u32 reserved;
};
struct dtrace_key_shape {	/* shape 0 of a request is always the empty key */
	__u32 size;		/* bytes of the whole key, multiple of 8 */
	__u32 nr_comps;
	__u64 comps;		/* struct dtrace_key_comp[], ascending, without gaps */
};

enum dtrace_aggfunc {
	DTRACE_AGG_COUNT = 1,	/* u64 count */
	DTRACE_AGG_SUM = 2,	/* s64 */
	DTRACE_AGG_MIN = 3,	/* s64 */
	DTRACE_AGG_MAX = 4,	/* s64 */
	DTRACE_AGG_AVG = 5,	/* u64 count, s64 sum */
	DTRACE_AGG_STDDEV = 6,	/* u64 count, s64 sum, 128 bits sum of squares (low word first) */
	DTRACE_AGG_QUANTIZE = 7,	/* s64[DTRACE_QUANTIZE_NBUCKETS] */
	DTRACE_AGG_LQUANTIZE = 8,	/* s64[levels + 2]: below, levels, above */
	DTRACE_AGG_LLQUANTIZE = 9,	/* s64[]; see DTRACE_LLQ_* and docs/program-format.md */
};
#define DTRACE_QUANTIZE_NBUCKETS	127	/* -2^63..-1, 0, 1..2^62 and above; zero is bucket 63 */
#define DTRACE_QUANTIZE_ZERO		63

struct dtrace_agg {
	__u32 func;		/* enum dtrace_aggfunc */
	__u32 data_size;	/* bytes of one element's data, multiple of 8 */
	__s64 param[5];		/* lquantize: base, limit, step; llquantize: factor, low, high, steps */
};

/* A variable. Its kind says which subroutines may name it; indices are per request, over all kinds. */
#define DTRACE_VAR_GLOBAL	0u
#define DTRACE_VAR_THREAD	1u	/* self->x */
#define DTRACE_VAR_ASSOC	2u	/* x[...] */
#define DTRACE_VAR_TASSOC	3u	/* self->x[...] */
#define DTRACE_VAR_BYREF	0x1u	/* flag: storage of size bytes instead of a 64-bit value */
struct dtrace_var {
	__u32 kind;
	__u32 flags;
	__u32 size;		/* bytes; 8 unless BYREF */
	__u32 shape;		/* key shape of ASSOC and TASSOC */
	__u64 init;		/* initial value of a scalar global */
};

/*
 * One clause. The record is frame[rec_offset, rec_offset + rec_size); it is emitted when the program returns 1
 * without a fault and DTRACE_PROG_RECORD is set.
 */
#define DTRACE_PROG_RECORD	0x1u	/* emits a record (maybe empty, for the default action) */
#define DTRACE_PROG_DESTRUCTIVE	0x2u	/* calls destructive subroutines: needs OPT destructive */
struct dtrace_prog {
	__u64 insns;		/* struct bpf_insn[] */
	__u32 nr_insns;
	__u32 flags;
	__u32 rec_offset;	/* multiple of 8 */
	__u32 rec_size;		/* multiple of 8 */
	__u32 filter;		/* 0 or DTRACE_FILTER() */
	__u32 reserved;
};

/*
 * What the program's predicate begins with, told to the core as well: the kind of comparison and the number that the
 * running thread's pid or tid is compared with. Where it does not hold the program returns 0 and does nothing else, so
 * the core need not run it. The core may also run it all the same.
 */
#define DTRACE_FILTER_PID_IS	1u	/* kind 0 = there is nothing to compare */
#define DTRACE_FILTER_PID_ISNT	2u
#define DTRACE_FILTER_TID_IS	3u
#define DTRACE_FILTER_TID_ISNT	4u
#define DTRACE_FILTER_MAXID	0x0fffffffu
#define DTRACE_FILTER(kind, id)	((kind) << 28 | (id))
#define DTRACE_FILTER_KIND(filter) ((filter) >> 28)

/* Probe description -> clause. ECBs on one probe run in the order of this array. */
struct dtrace_bind {
	struct dtrace_probedesc pattern;
	__u32 prog;		/* index into progs */
	__u32 flags;		/* DTRACE_BIND_* */
};
#define DTRACE_BIND_OPTIONAL	0x1u	/* matching nothing now is no error; probes that appear later match */
#define DTRACE_BIND_LATER	0x2u	/* only probes that appear later match */

#define DTRACE_BUFPOLICY_SWITCH	0u
#define DTRACE_BUFPOLICY_FILL	1u
#define DTRACE_BUFPOLICY_RING	2u
#define DTRACE_ALL_CPUS		0xffffffffu
#define DTRACE_MAX_FIREBUDGET_US	10000u

struct dtrace_options {		/* out: what was really given */
	__u64 bufsize;		/* bytes per CPU and half; 0 = no principal buffer */
	__u64 aggsize;		/* bytes per CPU and half */
	__u64 dynvarsize;	/* bytes, all CPUs */
	__u64 specsize;		/* bytes per CPU and speculation */
	__u64 scratchsize;	/* bytes per CPU for alloca() and copyin() */
	__u32 strsize;		/* bytes with the NUL, at most 1 MiB */
	__u32 nspec;
	__u32 bufpolicy;
	__u32 bufresize_manual;	/* 1 = fail instead of halving buffer sizes */
	__u32 cpu;		/* only this CPU, or DTRACE_ALL_CPUS */
	__u32 destructive;
	__u32 kernel_destructive_rsvd;
	__u32 cleanrate_hz;
	__u32 profalign;	/* profile-N: all CPUs on one grid */
	__u32 firebudget_us;	/* what a firing may cost; 0 = 1000; at most DTRACE_MAX_FIREBUDGET_US */
};

struct dtrace_enable {
	__u32 size;		/* sizeof(struct dtrace_enable) */
	__u32 reserved;
	struct dtrace_options opt;
	__u64 progs;		/* struct dtrace_prog[nr_progs] */
	__u64 binds;		/* struct dtrace_bind[nr_binds] */
	__u64 shapes;		/* struct dtrace_key_shape[nr_shapes], shapes[0] empty */
	__u64 vars;		/* struct dtrace_var[nr_vars] */
	__u64 aggs;		/* struct dtrace_agg[nr_aggs] */
	__u64 strtab;		/* string constants; DTRACE_STRTAB_INSN loads an address in it */
	__u32 nr_progs;
	__u32 nr_binds;
	__u32 nr_shapes;
	__u32 nr_vars;
	__u32 nr_aggs;
	__u32 strtab_size;
	__u32 frame_size;	/* bytes, at least DTRACE_FRAME_HDR */
	__u32 local_offset;	/* clause-local variables: zeroed before the first clause of a firing */
	__u32 local_size;
	__u32 log_size;		/* room in log */
	__u64 log;		/* out: text, NUL-terminated: why the request was refused */
	__u32 bad_prog;		/* out: program, instruction and bind at fault; ~0 = none */
	__u32 bad_insn;
	__u32 bad_bind;
	__u32 nr_ecbs;		/* out: probes enabled, counted once per clause */
};

/*
 * Address of a string constant: BPF_LD|BPF_DW|BPF_IMM (two slots) with src_reg = DTRACE_PSEUDO_STRTAB and
 * imm = offset in strtab. src_reg 0 is a plain 64-bit constant. Every other src_reg is refused.
 */
#define DTRACE_PSEUDO_STRTAB	1

/* ---- DTRACE_IOC_EPID: what an enabled probe id stands for ---- */
struct dtrace_epid {
	__u32 epid;		/* in: 1.. */
	__u32 prog;		/* out */
	struct dtrace_probedesc probe;	/* out */
};

/* ---- DTRACE_IOC_GO, DTRACE_IOC_STOP: fire BEGIN / END ---- */
struct dtrace_go {
	__u32 cpu;		/* out: CPU on which BEGIN (END) ran */
	__u32 reserved;
};

/*
 * ---- DTRACE_IOC_PROGRESS: how far the ENABLE or MATCH of another thread on this descriptor is ----
 * Never waits. An ENABLE whose thread is killed ends early with EINTR, and nothing is left enabled.
 */
#define DTRACE_PHASE_NONE	0u
#define DTRACE_PHASE_WAIT	1u	/* for another's request, whose numbers these are */
#define DTRACE_PHASE_PROVIDE	2u	/* providers make probes; numbers: descriptions */
#define DTRACE_PHASE_MATCH	3u	/* numbers: descriptions */
#define DTRACE_PHASE_ARM	4u	/* numbers: places */

struct dtrace_progress {
	__u32 phase;		/* out: DTRACE_PHASE_x */
	__u32 done;		/* out */
	__u32 total;		/* out; 0 = not known */
	__u32 reserved;
};

/*
 * ---- DTRACE_IOC_SWITCH: take one CPU's data ----
 * mmap offset of a buffer: DTRACE_MMAP_OFFSET(cpu, kind), length 2 * size (both halves), PROT_READ.
 * After the ioctl the bytes [offset, offset + used) of the mapping belong to the consumer until its
 * next SWITCH of the same buffer. fill: the same bytes again, growing. ring: used once after STOP;
 * when wrapped is set the oldest record starts at wrap_offset and continues at offset.
 * Aggregations: struct dtrace_aggrec one after the other, deltas since the last switch.
 * Who is in a hurry after STOP need not walk what there is: nr_records says how much is left out,
 * and END's records are those from end_offset on.
 */
#define DTRACE_BUF_PRINCIPAL	0u
#define DTRACE_BUF_AGG		1u
#define DTRACE_MMAP_OFFSET(cpu, kind)	((((__u64)(cpu) << 4) | (kind)) << 32)

struct dtrace_switch {
	__u32 cpu;
	__u32 kind;
	__u64 offset;		/* out */
	__u64 used;		/* out: bytes */
	__u64 wrap_offset;	/* out, ring */
	__u64 end_offset;	/* out: END's records begin here; offset + used: there are none */
	__u64 nr_records;	/* out: in those bytes; ring: 0 */
	__u64 time;		/* out: every record of this CPU up to this time is in hand */
	__u64 drops;		/* out: records lost since the last switch: buffer full */
	__u64 errors;		/* out: faults since the last switch */
	__u32 is_wrapped;
	__u32 is_full;		/* fill: this CPU stopped recording */
};

/* ---- DTRACE_IOC_STATUS: also tells the core that the consumer is alive ---- */
struct dtrace_status {
	__u64 dyn_drops;	/* no dynamic variable space */
	__u64 dyn_dirty_drops;	/* ... although space waits to be cleaned */
	__u64 dyn_rinsing_drops;
	__u64 agg_drops;	/* aggregation buffer full */
	__u64 spec_drops;	/* speculative buffer full */
	__u64 spec_busy;	/* no speculation free: commits under way */
	__u64 spec_unavail;	/* no speculation free */
	__u64 error_drops;	/* faults inside ERROR */
	__u64 recursion_drops;	/* probe fired while another one was processed on that CPU */
	__u64 nmi_drops;	/* ... in NMI context */
	__u64 missed_ticks;	/* profile and tick intervals skipped because they were late */
	__u64 stack_drops;	/* stacks that could not be walked */
	__u64 other_drops;
	__u64 firings;		/* clauses run for this consumer */
	__u64 busy_sites;	/* places of enabled probes that could not be instrumented */
	__u64 budget_faults;	/* firings that used up their time (DTRACE_FLT_BUDGET) */
	__u64 budget_skips;	/* clauses that such firings did not come to any more */
	__u64 short_buffers;	/* buffers that did not get their full size: the machine had no memory */
	__u32 is_exiting;	/* exit() was called, or the consumer was killed by the deadman */
	__u32 exit_status;
	__u32 is_killed;	/* DTRACE_KILLED_*, or 0 */
	__u32 is_filled;	/* fill: some buffer is full */
};

#define DTRACE_KILLED_SILENT	1u	/* gave no sign of life for too long */
#define DTRACE_KILLED_BUDGET	2u	/* its firings used up their time again and again */

/* Ids of the core's own probes. */
#define DTRACE_PROBE_BEGIN	1u
#define DTRACE_PROBE_END	2u
#define DTRACE_PROBE_ERROR	3u

/* A record in a principal buffer. Size is a multiple of 8; size 0 ends the half early. */
struct dtrace_rec {
	__u32 size;		/* with this header */
	__u32 epid;
	__u32 probe_id;
	__u16 prog;
	__u16 flags;		/* DTRACE_REC_* */
	__u64 time;
	__u64 seq;		/* per CPU, counts records made, kept or dropped */
};
#define DTRACE_REC_ERROR	0x1u	/* payload is a struct dtrace_rec_error */
#define DTRACE_REC_COMMITTED	0x2u	/* came through commit(): time is older than its neighbours' */

struct dtrace_rec_error {
	__u32 fault;		/* enum dtrace_fault */
	__u32 site;		/* DTRACE_SITE(action, instruction) */
	__u64 value;		/* address or value at fault */
};

/* An element in an aggregation buffer: header, key (shape's size), data (agg's data_size). */
struct dtrace_aggrec {
	__u32 size;		/* with this header, multiple of 8 */
	__u32 agg;		/* index in the request */
	__u32 shape;
	__u32 reserved;
	__u64 hash_next;	/* the core's own */
};

/* poll(2) on the descriptor: POLLIN when exit() was called, a buffer is half full, or END's data waits. */

/*
 * ---- DTRACE_IOC_PID: the number of a process or thread in another pid namespace ----
 * Programs and records have the numbers of the initial namespace, whoever traces. ESRCH: there is none, or the caller's
 * namespace does not show it.
 */
struct dtrace_pid {
	__s32 pid;		/* in: a number; out: the other one */
	__u32 to_local;		/* 0: from the caller's namespace to the initial one; 1: the other way */
};

#define DTRACE_IOC_MAGIC	0xd7
#define DTRACE_IOC_VERSION	_IOWR(DTRACE_IOC_MAGIC, 0, struct dtrace_version)
#define DTRACE_IOC_PROVIDERS	_IOWR(DTRACE_IOC_MAGIC, 1, struct dtrace_providers)
#define DTRACE_IOC_MATCH	_IOWR(DTRACE_IOC_MAGIC, 2, struct dtrace_match)
#define DTRACE_IOC_ARGDESC	_IOWR(DTRACE_IOC_MAGIC, 3, struct dtrace_argdesc)
#define DTRACE_IOC_ENABLE	_IOWR(DTRACE_IOC_MAGIC, 4, struct dtrace_enable)
#define DTRACE_IOC_EPID		_IOWR(DTRACE_IOC_MAGIC, 5, struct dtrace_epid)
#define DTRACE_IOC_GO		_IOWR(DTRACE_IOC_MAGIC, 6, struct dtrace_go)
#define DTRACE_IOC_STOP		_IOWR(DTRACE_IOC_MAGIC, 7, struct dtrace_go)
#define DTRACE_IOC_SWITCH	_IOWR(DTRACE_IOC_MAGIC, 8, struct dtrace_switch)
#define DTRACE_IOC_STATUS	_IOWR(DTRACE_IOC_MAGIC, 9, struct dtrace_status)
#define DTRACE_IOC_PROGRESS	_IOWR(DTRACE_IOC_MAGIC, 10, struct dtrace_progress)
#define DTRACE_IOC_PID		_IOWR(DTRACE_IOC_MAGIC, 11, struct dtrace_pid)

#ifdef __cplusplus
#define DTRACE_ASSERT_SIZE(t, n) static_assert(sizeof(struct t) == (n), #t)
#else
#define DTRACE_ASSERT_SIZE(t, n) _Static_assert(sizeof(struct t) == (n), #t)
#endif
DTRACE_ASSERT_SIZE(dtrace_probedesc, 392);
DTRACE_ASSERT_SIZE(dtrace_version, 112);
DTRACE_ASSERT_SIZE(dtrace_provider_info, 160);
DTRACE_ASSERT_SIZE(dtrace_match, 416);
DTRACE_ASSERT_SIZE(dtrace_argdesc, 272);
DTRACE_ASSERT_SIZE(dtrace_agg, 48);
DTRACE_ASSERT_SIZE(dtrace_var, 24);
DTRACE_ASSERT_SIZE(dtrace_prog, 32);
DTRACE_ASSERT_SIZE(dtrace_bind, 400);
DTRACE_ASSERT_SIZE(dtrace_options, 80);
DTRACE_ASSERT_SIZE(dtrace_enable, 200);
DTRACE_ASSERT_SIZE(dtrace_epid, 400);
DTRACE_ASSERT_SIZE(dtrace_switch, 80);
DTRACE_ASSERT_SIZE(dtrace_status, 160);
DTRACE_ASSERT_SIZE(dtrace_pid, 8);
DTRACE_ASSERT_SIZE(dtrace_rec, 32);
DTRACE_ASSERT_SIZE(dtrace_aggrec, 24);

#endif /* _DTRACE_UAPI_H */
