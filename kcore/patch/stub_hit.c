// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C side of the stubs: which site belongs to which stub, and what happens when one is entered. Entry points in
 * stub.h.
 */
#include <linux/bitmap.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "site.h"
#include "stub.h"

unsigned long dtk_stub_addrs[DTK_NR_STUBS];

static struct dtk_site **stub_sites;
static u32 next_stub;		/* none below is free */

static unsigned int first_stub;
module_param(first_stub, uint, 0444);
MODULE_PARM_DESC(first_stub, "stubs below this number are not used; for tests of high numbers, and of too few");

bool dtk_stub_is_free(void)
{
	while (next_stub < DTK_NR_STUBS && stub_sites[next_stub])
		next_stub++;
	return next_stub < DTK_NR_STUBS;
}

void dtk_stub_assign(struct dtk_site *site)
{
	stub_sites[next_stub] = site;
	dtk_stub_addrs[next_stub] = site->addr;
	site->stub = next_stub++;
}

void dtk_stub_release(struct dtk_site *site)
{
	if (site->stub == DTK_NO_STUB)
		return;
	stub_sites[site->stub] = NULL;
	next_stub = min(next_stub, site->stub);
	site->stub = DTK_NO_STUB;
}

/* What stub.S has pushed: the uppermost word of the registers, of which the kernel's own ss may be but a part. */
static __always_inline unsigned long *stub_word(struct pt_regs *regs)
{
	return (unsigned long *)(regs + 1) - 1;
}

/* The register with number nr, as instructions count them. */
static __always_inline unsigned long reg_value(const struct pt_regs *regs, int nr)
{
	switch (nr) {
	case 0: return regs->ax;
	case 1: return regs->cx;
	case 2: return regs->dx;
	case 3: return regs->bx;
	case 4: return regs->sp;
	case 5: return regs->bp;
	case 6: return regs->si;
	case 7: return regs->di;
	case 8: return regs->r8;
	case 9: return regs->r9;
	case 10: return regs->r10;
	case 11: return regs->r11;
	case 12: return regs->r12;
	case 13: return regs->r13;
	case 14: return regs->r14;
	}
	return regs->r15;
}

static noinline notrace unsigned long indirect_target(const struct dtk_site *site,
						      const struct pt_regs *regs)
{
	return reg_value(regs, site->reg);
}
NOKPROBE_SYMBOL(indirect_target);

unsigned long notrace dtrace_hook_target(const struct dtrace_hook *hook, const struct pt_regs *regs)
{
	const struct dtk_site *site = hook->site;

	return likely(site->reg < 0) ? site->cont : indirect_target(site, regs);
}
EXPORT_SYMBOL_GPL(dtrace_hook_target);
NOKPROBE_SYMBOL(dtrace_hook_target);

unsigned long notrace dtk_stub_hit(struct pt_regs *regs)
{
	struct dtk_site *site = stub_sites[*stub_word(regs)];

	*stub_word(regs) = __KERNEL_DS;
	if (dtk_hits_are_wanted())
		dtk_site_hit(site, regs, 0);
	return likely(site->reg < 0) ? site->cont : indirect_target(site, regs);
}
NOKPROBE_SYMBOL(dtk_stub_hit);

int dtk_stub_init(void)
{
	/* stub.S knows the place. */
	BUILD_BUG_ON(sizeof(struct pt_regs) != 21 * sizeof(unsigned long));
	stub_sites = kvcalloc(DTK_NR_STUBS, sizeof(*stub_sites), GFP_KERNEL);
	next_stub = first_stub;
	return stub_sites ? 0 : -ENOMEM;
}

void dtk_stub_exit(void)
{
	kvfree(stub_sites);
}
