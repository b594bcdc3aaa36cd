// SPDX-License-Identifier: GPL-2.0-only
/* 6.4: callbacks of kallsyms_on_each_symbol() lose their module argument. */
#include <linux/kallsyms.h>

int probe(int (*fn)(void *arg, const char *name, struct module *mod, unsigned long addr));
int probe(int (*fn)(void *arg, const char *name, struct module *mod, unsigned long addr))
{
	return kallsyms_on_each_symbol(fn, NULL);
}
