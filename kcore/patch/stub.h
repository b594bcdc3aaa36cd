/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stubs of patched returns and tail jumps (stub.S). Also included by assembly.
 */
#ifndef _DTK_STUB_H
#define _DTK_STUB_H

/* Half as many again as the newest kernel has returns and tail jumps. Places beyond are refused. */
#define DTK_NR_STUBS	131072
#define DTK_STUB_SIZE	10

#ifndef __ASSEMBLY__
#include <linux/types.h>

struct pt_regs;
struct dtk_site;

extern u8 dtk_stubs[];
/* Addresses of the patched instructions, by stub: read by stub.S. */
extern unsigned long dtk_stub_addrs[DTK_NR_STUBS];

/* Sites by stub. Context of all three: under dtk_patch.lock. */
bool dtk_stub_is_free(void);
/* Context: one is free. */
void dtk_stub_assign(struct dtk_site *site);
void dtk_stub_release(struct dtk_site *site);
int dtk_stub_init(void);
void dtk_stub_exit(void);
/* A patched instruction was reached. Return: where to go on, 0 = return. Context: any. */
unsigned long dtk_stub_hit(struct pt_regs *regs);
#endif
#endif /* _DTK_STUB_H */
