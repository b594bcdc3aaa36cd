/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: symbols and text of the kernel and of modules.
 */
#ifndef _DTK_COMPAT_SYMBOLS_H
#define _DTK_COMPAT_SYMBOLS_H

#include <linux/kallsyms.h>
#include <linux/module.h>
#include "config.h"

/*
 * Defines a callback for kallsyms_on_each_symbol() that passes symbols of the kernel itself on to
 * int fn(void *arg, const char *name, unsigned long addr).
 */
#ifdef DT_HAVE_KALLSYMS_CB_MODULE
#define DTC_KALLSYMS_CALLBACK(callback, fn)                                                        \
	static int callback(void *arg, const char *name, struct module *mod, unsigned long addr)   \
	{                                                                                          \
		return mod ? 0 : fn(arg, name, addr);                                              \
	}
#else
#define DTC_KALLSYMS_CALLBACK(callback, fn)                                                        \
	static int callback(void *arg, const char *name, unsigned long addr)                       \
	{                                                                                          \
		return fn(arg, name, addr);                                                        \
	}
#endif

/* Where a module's text lies that stays, not its init text. Context: the module cannot go. */
static inline void dtc_module_text(const struct module *mod, unsigned long *begin, unsigned long *end)
{
#ifdef DT_HAVE_MODULE_MEM
	*begin = (unsigned long)mod->mem[MOD_TEXT].base;
	*end = *begin + mod->mem[MOD_TEXT].size;
#else
	*begin = (unsigned long)mod->core_layout.base;
	*end = *begin + mod->core_layout.text_size;
#endif
}

#endif /* _DTK_COMPAT_SYMBOLS_H */
