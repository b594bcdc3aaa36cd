// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutines: memory through D pointers - loads, stores, copies, scratch space, user memory.
 *
 * Kernel addresses are read through safemem.c, which faults on user space and device memory. User memory is only
 * reached by the copyin and copyout family.
 */
#include "safemem.h"
#include "subr.h"

/* Load one value of a width. A frame address and the direct map are decided inline. */
#define LOAD_FN(name, type, wide)                                                                  \
	static u64 name(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)                                    \
	{                                                                                          \
		DTK_SUBR_ENTER(ms);                                                                \
		type value;                                                                        \
                                                                                                   \
		if (unlikely(dtk_window(ms, a1) < sizeof(type))) {                                 \
			/* The end of a page, or nothing that may be read. */                      \
			if (!dtk_safe_read(ms, &value, a1, sizeof(type)))                          \
				return 0;                                                          \
			return (u64)(wide)value;                                                   \
		}                                                                                  \
		dtc_load(&value, (void *)a1, type, fault);                                         \
		return (u64)(wide)value;                                                           \
	fault:                                                                                     \
		dtk_fault(ms, DTRACE_FLT_BADADDR, a1);                                             \
		return 0;                                                                          \
	}                                                                                          \
	NOKPROBE_SYMBOL(name)

LOAD_FN(load_u8, u8, u64);
LOAD_FN(load_u16, u16, u64);
LOAD_FN(load_u32, u32, u64);
LOAD_FN(load_u64, u64, u64);
LOAD_FN(load_s8, s8, s64);
LOAD_FN(load_s16, s16, s64);
LOAD_FN(load_s32, s32, s64);

dtk_subr_fn dtk_load_link(u64 width)
{
	switch (width) {
	case 1:
		return load_u8;
	case 2:
		return load_u16;
	case 4:
		return load_u32;
	case 1 | DTRACE_LOAD_SIGNED:
		return load_s8;
	case 2 | DTRACE_LOAD_SIGNED:
		return load_s16;
	case 4 | DTRACE_LOAD_SIGNED:
		return load_s32;
	default:
		return load_u64;
	}
}

u64 dtk_subr_LOAD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	return dtk_load_link(a2)(a1, a2, a3, a4, a5);
}
NOKPROBE_SYMBOL(dtk_subr_LOAD);

u64 dtk_subr_STORE(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (!dtk_check_writable(ms, a1, a3))
		return 0;
	/* Own memory: no fault; the address need not be aligned. */
	switch (a3) {
	case 1:
		*(u8 *)(uintptr_t)a1 = a2;
		break;
	case 2: {
		u16 half = a2;

		__builtin_memcpy((void *)(uintptr_t)a1, &half, 2);
		break;
	}
	case 4: {
		u32 word = a2;

		__builtin_memcpy((void *)(uintptr_t)a1, &word, 4);
		break;
	}
	default:
		__builtin_memcpy((void *)(uintptr_t)a1, &a2, 8);
		break;
	}
	return a2;
}
NOKPROBE_SYMBOL(dtk_subr_STORE);

u64 dtk_subr_COPY(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (a3 && dtk_check_writable(ms, a2, a3))
		dtk_safe_read(ms, (void *)(uintptr_t)a2, a1, a3);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_COPY);

u64 dtk_subr_FETCH(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	dtk_safe_read(ms, (void *)(uintptr_t)a1, a3, a2);
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_FETCH);

u64 dtk_subr_ALLOCA(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	return (u64)(uintptr_t)dtk_scratch_alloc(ms, a1);
}
NOKPROBE_SYMBOL(dtk_subr_ALLOCA);

u64 dtk_subr_COPYIN(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	void *mem = dtk_scratch_alloc(ms, a2);

	if (!mem || !dtk_user_read(ms, mem, a1, a2))
		return 0;
	return (u64)(uintptr_t)mem;
}
NOKPROBE_SYMBOL(dtk_subr_COPYIN);

u64 dtk_subr_COPYINSTR(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 cap = a2 < ms->strsize ? a2 : ms->strsize;
	u64 len;

	/* copyinstr(p, n) takes n bytes at most, the NUL counts when there is one. */
	if (a4 && a4 < cap)
		cap = a4 + 1;
	dtk_user_string(ms, (u8 *)(uintptr_t)a1, cap, a3, &len);
	return a1;
}
NOKPROBE_SYMBOL(dtk_subr_COPYINSTR);

u64 dtk_subr_COPYINTO(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (a2 && dtk_check_writable(ms, a3, a2))
		dtk_user_read(ms, (void *)(uintptr_t)a3, a1, a2);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_COPYINTO);

/* Kernel memory to user memory, a piece at a time so that neither side need be checked as a whole. */
static void copy_out(struct dtk_mstate *ms, u64 from, u64 to, u64 size, bool is_string)
{
	u64 words[8];
	u64 n, i;

	while (size) {
		n = size < sizeof(words) ? size : sizeof(words);
		if (is_string) {
			struct dtk_reader rd;

			dtk_reader_init(&rd, ms, from);
			for (i = 0; i < n; i++) {
				((u8 *)words)[i] = dtk_reader_at(&rd, i);
				if (!((u8 *)words)[i])
					break;
			}
			/* The NUL is copied too; then it is over. */
			if (i < n)
				size = n = i + 1;
		} else {
			dtk_safe_read(ms, words, from, n);
		}
		if (ms->fault || !dtk_user_write(ms, to, words, n))
			return;
		from += n;
		to += n;
		size -= n;
	}
}
NOKPROBE_SYMBOL(copy_out);

u64 dtk_subr_COPYOUT(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	/* Longer than a consumer can hold is a mistake, and would keep the CPU in the probe. */
	if (a3 > ms->frame_size + (u64)(ms->scratch_end - ms->scratch)) {
		dtk_fault(ms, DTRACE_FLT_BADSIZE, a3);
		return 0;
	}
	copy_out(ms, a1, a2, a3, false);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_COPYOUT);

u64 dtk_subr_COPYOUTSTR(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	if (!a3 || a3 > ms->strsize)
		a3 = ms->strsize;
	copy_out(ms, a1, a2, a3, true);
	return 0;
}
NOKPROBE_SYMBOL(dtk_subr_COPYOUTSTR);
