// SPDX-License-Identifier: GPL-2.0-only
/* 6.4: struct module has an array of memory ranges by type. */
#include <linux/module.h>

void *probe(const struct module *mod);
void *probe(const struct module *mod)
{
	return mod->mem[MOD_TEXT].base;
}
