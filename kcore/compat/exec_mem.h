/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: memory for executable code.
 */
#ifndef _DTK_COMPAT_EXEC_MEM_H
#define _DTK_COMPAT_EXEC_MEM_H

#include <linux/types.h>
#include "config.h"

#ifdef DT_HAVE_EXECMEM
#include <linux/execmem.h>
#else
/* Declared for those who ask whether it is there. */
#define EXECMEM_BPF	0
void *execmem_alloc(int type, size_t size);
void execmem_free(void *ptr);
#endif

#endif /* _DTK_COMPAT_EXEC_MEM_H */
