/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system calls there are: names, numbers, types of arguments, other names. No kernel calls:
 * also compiled in user space by the unit tests.
 */
#ifndef _SYSCALL_TABLE_H
#define _SYSCALL_TABLE_H

#include <linux/types.h>
#include "syscall_calls.inc"

/* Numbers of the x32 ABI that mean another call than in the 64-bit table. */
#define SYSC_X32_FIRST		512
#define SYSC_NR_X32		64

/* Room for any number of the 64-bit and the 32-bit table. Theirs end below the first one of x32. */
#define SYSC_SLOTS		512
#if SYSC_NR_X64 > SYSC_SLOTS || SYSC_NR_IA32 > SYSC_SLOTS
#error "more system calls than slots"
#endif

/* Value of arg6: how the call was made. */
#define SYSC_ABI_X64		0
#define SYSC_ABI_IA32		1
#define SYSC_ABI_X32		2

/**
 * struct sysc_call - one system call
 * @name: as in the system call table
 * @nr_x64, @nr_ia32, @nr_x32: its numbers; -1 = not in that table
 * @types: C types of its arguments, separated by ';'; NULL = not known
 */
struct sysc_call {
	const char *name;
	short nr_x64;
	short nr_ia32;
	short nr_x32;
	const char *types;
};

extern const struct sysc_call sysc_calls[];
extern const unsigned int sysc_nr_calls;

/**
 * sysc_table_find - the call of this name
 * @name: of the call
 * @is_alias: out: it is another name of the call: a kernel function's, or another system's
 *
 * Context: any. Return: the call, or NULL.
 */
const struct sysc_call *sysc_table_find(const char *name, int *is_alias);

/**
 * sysc_table_type - type of an argument
 * @call: a call
 * @index: 0...
 * @buf, @size: out: the type, truncated if need be
 *
 * Context: any. Return: number of arguments; nothing is written if @index is not below it.
 */
unsigned int sysc_table_type(const struct sysc_call *call, unsigned int index, char *buf,
			     unsigned int size);

/**
 * sysc_errno - what user space will find in errno
 * @ret: return value at the exit hook
 *
 * Only -1..-4095 is an error: mmap() and the like return huge values legitimately. The kernel's own
 * codes for "start this call again after the signal" never reach user space: it sees EINTR, or
 * nothing at all.
 * Context: any. Return: a positive errno, or 0.
 */
static inline int sysc_errno(long ret)
{
	const int eintr = 4, erestartsys = 512, erestart_restartblock = 516, enoioctlcmd = 515;
	int err;

	if ((unsigned long)ret < (unsigned long)-4095L)
		return 0;
	err = (int)-ret;
	if (err >= erestartsys && err <= erestart_restartblock && err != enoioctlcmd)
		return eintr;
	return err;
}

#endif /* _SYSCALL_TABLE_H */
