// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of system calls, and what can be looked up in it. Entry points: sysc_table_*(). Runs
 * anywhere; calls nothing. The calls come from the kernel's headers (gen_calls.awk); the other
 * names are listed here.
 */
#include "syscall_table.h"

#define CALL(name, nr_x64, nr_ia32, nr_x32, types)	{ name, nr_x64, nr_ia32, nr_x32, types },
const struct sysc_call sysc_calls[] = { SYSC_CALLS(CALL) };
const unsigned int sysc_nr_calls = sizeof(sysc_calls) / sizeof(sysc_calls[0]);

/*
 * Other names under which scripts look for calls of 64-bit programs. Some are calls of their own in
 * the 32-bit table: then a script gets both.
 */
static const struct {
	const char *alias;
	const char *name;
} aliases[] = {
	/* the kernel's functions behind them */
	{ "newfstat", "fstat" },
	{ "newlstat", "lstat" },
	{ "newstat", "stat" },
	{ "newuname", "uname" },
	{ "sendfile64", "sendfile" },
	{ "umount", "umount2" },
	/* large-file names of libraries and other systems */
	{ "creat64", "creat" },
	{ "fstat64", "fstat" },
	{ "fstatat", "newfstatat" },
	{ "fstatat64", "newfstatat" },
	{ "fstatfs64", "fstatfs" },
	{ "ftruncate64", "ftruncate" },
	{ "lseek64", "lseek" },
	{ "lstat64", "lstat" },
	{ "mmap64", "mmap" },
	{ "open64", "open" },
	{ "openat64", "openat" },
	{ "pread", "pread64" },
	{ "pwrite", "pwrite64" },
	{ "stat64", "stat" },
	{ "statfs64", "statfs" },
	{ "truncate64", "truncate" },
	/* other systems */
	{ "exece", "execve" },
	{ "fork1", "fork" },
	{ "rexit", "exit_group" },
	{ "sigaction", "rt_sigaction" },
	{ "sigpending", "rt_sigpending" },
	{ "sigprocmask", "rt_sigprocmask" },
	{ "sigsuspend", "rt_sigsuspend" },
};

static int is_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static const struct sysc_call *find_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < sysc_nr_calls; i++) {
		if (is_same(sysc_calls[i].name, name))
			return &sysc_calls[i];
	}
	return 0;
}

const struct sysc_call *sysc_table_find(const char *name, int *is_alias)
{
	const struct sysc_call *call;
	unsigned int i;

	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (!is_same(aliases[i].alias, name))
			continue;
		call = find_name(aliases[i].name);
		*is_alias = call != 0;
		if (call)
			return call;
	}
	*is_alias = 0;
	return find_name(name);
}

unsigned int sysc_table_type(const struct sysc_call *call, unsigned int index, char *buf,
			     unsigned int size)
{
	const char *p = call->types;
	unsigned int nr = 0, len = 0;

	if (!p || !*p)
		return 0;
	for (;; p++) {
		if (nr == index && *p && *p != ';' && len + 1 < size)
			buf[len++] = *p;
		if (!*p || *p == ';')
			nr++;
		if (!*p)
			break;
	}
	if (index < nr && size)
		buf[len] = '\0';
	return nr;
}
