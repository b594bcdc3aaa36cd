/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: flags of a memory mapping that a driver makes.
 */
#ifndef _DTK_COMPAT_MAP_H
#define _DTK_COMPAT_MAP_H

#include <linux/mm.h>
#include "config.h"

/* Context: process, in the mmap file operation. */
static inline void dtc_vm_flags_change(struct vm_area_struct *vma, unsigned long set, unsigned long clear)
{
#ifdef DT_HAVE_VM_FLAGS_SET
	vm_flags_set(vma, set);
	vm_flags_clear(vma, clear);
#else
	vma->vm_flags |= set;
	vma->vm_flags &= ~clear;
#endif
}

#endif /* _DTK_COMPAT_MAP_H */
