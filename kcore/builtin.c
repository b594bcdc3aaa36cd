// SPDX-License-Identifier: GPL-2.0-only
/*
 * Built-in variables: one function each, in a table by DTRACE_BUILTIN_x.
 *
 * Entry points: the BUILTIN and BUILTIN_IDX subroutines (probe context), dtk_builtin_link(). Strings are given as
 * addresses where the kernel or the core keeps them; those that must be made first live in a buffer of the CPU until
 * the next clause that asks for them.
 */
#include "dpath.h"
#include "safemem.h"
#include "stack.h"
#include "subr.h"

#define TEXT_BYTES 256

/* Texts made for zonename, cwd, root and psargs of the running clause. */
struct builtin_text {
	u8 zonename[32];
	u8 cwd[TEXT_BYTES];
	u8 root[TEXT_BYTES];
	u8 psargs[TEXT_BYTES];
} __aligned(8);
static DEFINE_PER_CPU(struct builtin_text, builtin_texts);

/* Every built-in is a subroutine of its own: calls are linked to it. */
#define BUILTIN(name)                                                                              \
	static u64 builtin_##name##_value(struct dtk_mstate *ms);                                  \
	static u64 builtin_##name(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                          \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
                                                                                                   \
		return builtin_##name##_value(ms);                                                 \
	}                                                                                          \
	NOKPROBE_SYMBOL(builtin_##name);                                                           \
	static __always_inline u64 builtin_##name##_value(struct dtk_mstate *ms)

static u64 address(const void *object)
{
	return (u64)(uintptr_t)object;
}

BUILTIN(TIMESTAMP)
{
	if (!(ms->have & DTK_HAVE_TIMESTAMP)) {
		ms->timestamp = ktime_get_mono_fast_ns();
		ms->have |= DTK_HAVE_TIMESTAMP;
	}
	return ms->timestamp;
}

BUILTIN(VTIMESTAMP)
{
	if (!(ms->have & DTK_HAVE_VTIMESTAMP)) {
		/* Without the probes before, and without what this one has taken so far. */
		u64 lost = dtk_vtime_charged() + (ktime_get_mono_fast_ns() - ms->entry_ns);
		u64 ran = dtc_current_cpu_ns();

		ms->vtimestamp = ran > lost ? ran - lost : 0;
		ms->have |= DTK_HAVE_VTIMESTAMP;
	}
	return ms->vtimestamp;
}

BUILTIN(WALLTIMESTAMP)
{
	if (!(ms->have & DTK_HAVE_WALLTIME)) {
		ms->walltimestamp = ktime_get_real_fast_ns();
		ms->have |= DTK_HAVE_WALLTIME;
	}
	return ms->walltimestamp;
}

BUILTIN(PID)
{
	return dtc_task_tgid(current);
}

BUILTIN(TID)
{
	return dtc_task_pid(current);
}

BUILTIN(PPID)
{
	return dtc_task_tgid(dtc_task_parent(current));
}

BUILTIN(UID)
{
	return dtc_current_uid();
}

BUILTIN(GID)
{
	return dtc_current_gid();
}

BUILTIN(EXECNAME)
{
	return address(dtc_task_comm(current));
}

BUILTIN(CURTHREAD)
{
	return address(current);
}

BUILTIN(CURPROC)
{
	return address(dtc_task_leader(current));
}

BUILTIN(CPU)
{
	return ms->cpu;
}

BUILTIN(EPID)
{
	return ms->ecb->epid;
}

BUILTIN(ID)
{
	return ms->probe->id;
}

BUILTIN(PROBEPROV)
{
	return address(ms->probe->prov->name);
}

BUILTIN(PROBEMOD)
{
	return address(ms->probe->mod->str);
}

BUILTIN(PROBEFUNC)
{
	return address(ms->probe->func->str);
}

BUILTIN(PROBENAME)
{
	return address(ms->probe->name->str);
}

/* The first frame is the probed place, or where the provider says the stack begins; the second its caller. */
BUILTIN(CALLER)
{
	u64 pcs[2];
	bool is_return = ms->firing->flags & DTRACE_FIRING_RETURN;
	u32 want = is_return ? 1 : 2;

	return dtk_stack_kernel(ms, pcs, want) == want ? pcs[want - 1] : 0;
}

BUILTIN(UCALLER)
{
	u64 pcs[2];

	return dtk_stack_user(ms, pcs, 2) == 2 ? pcs[1] : 0;
}

BUILTIN(STACKDEPTH)
{
	return dtk_stack_kernel(ms, NULL, DTK_STACK_MAXDEPTH);
}

BUILTIN(USTACKDEPTH)
{
	return dtk_stack_user(ms, NULL, DTK_STACK_MAXDEPTH);
}

BUILTIN(IPL)
{
	return dtc_context();
}

BUILTIN(ERRNO)
{
	return ms->firing->err;
}

BUILTIN(PGID)
{
	return dtc_current_pgid();
}

BUILTIN(SID)
{
	return dtc_current_sid();
}

BUILTIN(STARTTIME)
{
	return dtc_task_start_ns(current);
}

BUILTIN(PRIO)
{
	return dtc_task_prio(current);
}

BUILTIN(NICE)
{
	return dtc_task_nice(current);
}

BUILTIN(ZONENAME)
{
	u8 *text = this_cpu_ptr(&builtin_texts)->zonename;
	u32 netns = dtc_current_netns();
	u8 digits[12];
	u32 nr = 0, i;

	if (!netns)
		return address("global");
	for (; netns; netns /= 10)
		digits[nr++] = '0' + netns % 10;
	for (i = 0; i < nr; i++)
		text[i] = digits[nr - 1 - i];
	text[nr] = 0;
	return address(text);
}

BUILTIN(CWD)
{
	u8 *text = this_cpu_ptr(&builtin_texts)->cwd;
	u64 path = dtc_current_cwd();

	return path && dtk_dpath(ms, text, TEXT_BYTES, path) ? address(text) : 0;
}

BUILTIN(ROOT)
{
	u8 *text = this_cpu_ptr(&builtin_texts)->root;
	u64 path = dtc_current_root();

	return path && dtk_dpath(ms, text, TEXT_BYTES, path) ? address(text) : 0;
}

/* The arguments as the process keeps them now; its name when it has none or they are not in memory. */
BUILTIN(PSARGS)
{
	u8 *text = this_cpu_ptr(&builtin_texts)->psargs;
	u64 begin, size, i;

	if (!dtc_current_args(&begin, &size) || !size)
		return address(dtc_task_comm(current));
	if (size > TEXT_BYTES - 1)
		size = TEXT_BYTES - 1;
	size -= dtc_copy_from_user(text, begin, size);
	if (!size)
		return address(dtc_task_comm(current));
	while (size && !text[size - 1])
		size--;
	for (i = 0; i < size; i++)
		if (!text[i])
			text[i] = ' ';
	text[size] = 0;
	return address(text);
}

static const dtk_subr_fn builtin_table[DTRACE_BUILTIN_MAX] = {
#define X(name) [DTRACE_BUILTIN_##name] = builtin_##name
	X(TIMESTAMP),	  X(VTIMESTAMP), X(WALLTIMESTAMP), X(PID),	 X(TID),	 X(PPID),
	X(UID),		  X(GID),	 X(EXECNAME),	   X(CURTHREAD), X(CPU),	 X(EPID),
	X(ID),		  X(PROBEPROV),	 X(PROBEMOD),	   X(PROBEFUNC), X(PROBENAME),	 X(CALLER),
	X(UCALLER),	  X(STACKDEPTH), X(USTACKDEPTH),   X(IPL),	 X(ERRNO),	 X(ZONENAME),
	X(CWD),		  X(ROOT),	 X(PGID),	   X(SID),	 X(PSARGS),	 X(STARTTIME),
	X(PRIO),	  X(NICE),	 X(CURPROC),
#undef X
};

dtk_subr_fn dtk_builtin_link(u64 builtin)
{
	return builtin < DTRACE_BUILTIN_MAX ? builtin_table[builtin] : NULL;
}

u64 dtk_subr_BUILTIN(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	return builtin_table[a1](a1, a2, a3, a4, a5);
}
NOKPROBE_SYMBOL(dtk_subr_BUILTIN);

static u64 probe_arg(struct dtk_mstate *ms, u64 index)
{
	const struct dtrace_provider_handle *prov = ms->probe->prov;

	if (index >= 6 && prov->ops.getarg && index <= U32_MAX)
		return prov->ops.getarg(prov->arg, ms->probe, ms->firing, index);
	return index < DTRACE_DIF_NR_ARGS ? ms->firing->arg[index] : 0;
}
NOKPROBE_SYMBOL(probe_arg);

static u64 user_reg(struct dtk_mstate *ms, u64 index)
{
	const struct pt_regs *regs = ms->firing->regs ? ms->firing->regs : dtk_stack_user_regs(ms);

	/* A function's entry: the rest of the structure was never written. */
	if ((ms->firing->flags & DTRACE_FIRING_ENTRY) && !dtc_entry_has_reg(index))
		return 0;

	if (index >= sizeof(struct pt_regs) / sizeof(u64)) {
		dtk_fault(ms, DTRACE_FLT_BADINDEX, index);
		return 0;
	}
	return regs ? ((const u64 *)regs)[index] : 0;
}
NOKPROBE_SYMBOL(user_reg);

u64 dtk_subr_BUILTIN_IDX(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	return a1 == DTRACE_BUILTIN_ARGS ? probe_arg(ms, a2) : user_reg(ms, a2);
}
NOKPROBE_SYMBOL(dtk_subr_BUILTIN_IDX);
