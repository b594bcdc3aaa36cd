/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: what compilers can be told.
 */
#ifndef _DTK_COMPAT_COMPILER_H
#define _DTK_COMPAT_COMPILER_H

/*
 * A variable on the stack that the hot path fills by itself: kernels that zero every one
 * (INIT_STACK_ALL_ZERO) leave it alone.
 */
#if __has_attribute(uninitialized)
#define dtc_uninitialized __attribute__((uninitialized))
#else
#define dtc_uninitialized
#endif

#endif /* _DTK_COMPAT_COMPILER_H */
