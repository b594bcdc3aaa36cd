/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Path names of kernel objects, without the locks that d_path() of the kernel takes.
 */
#ifndef _DTK_DPATH_H
#define _DTK_DPATH_H

#include "mstate.h"

/*
 * Name of the struct path at an address, seen from the root of its mount namespace, to dst (8-byte aligned, cap bytes,
 * NUL-terminated, zero up to a word). Of a name too long the end is kept. False after a fault.
 * Context: probe context.
 */
bool dtk_dpath(struct dtk_mstate *ms, u8 *dst, u64 cap, u64 path);

#endif /* _DTK_DPATH_H */
