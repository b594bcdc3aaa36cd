/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: virtually contiguous memory. Included by os.h; the shim has its own version.
 */
#ifndef _DTK_COMPAT_ALLOC_H
#define _DTK_COMPAT_ALLOC_H

#include <linux/vmalloc.h>
#include "config.h"

/*
 * Of large pages where that is possible: a buffer of some MiB then takes a few allocations instead of
 * thousands. Context: process, may sleep.
 */
static inline void *dtc_vmalloc(size_t bytes, gfp_t gfp)
{
#ifdef DT_HAVE_VMALLOC_HUGE
	return vmalloc_huge(bytes, gfp);
#else
	return __vmalloc(bytes, gfp);
#endif
}

#endif /* _DTK_COMPAT_ALLOC_H */
