// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firing the probes of the instr provider. Context: probe context; built without ftrace hooks.
 */
#include <linux/kprobes.h>
#include "compat/compiler.h"
#include "patch/displace.h"
#include "instr.h"

void notrace instr_hit(struct dtrace_hook *hook, struct pt_regs *regs, u32 flags)
{
	struct instr_probe *ip = container_of(hook, struct instr_probe, hook);
	struct dtrace_firing firing dtc_uninitialized;

	firing.arg[0] = hook->addr;
	firing.arg[1] = hook->addr - ip->func->addr;
	firing.arg[2] = dtk_insn_target(&ip->insn, hook->addr, regs);
	firing.arg[3] = dtk_insn_taken(&ip->insn, regs);
	firing.arg[4] = ip->insn.length;
	firing.arg[5] = 0;
	firing.arg[6] = 0;
	firing.arg[7] = 0;
	firing.arg[8] = 0;
	firing.arg[9] = 0;
	firing.regs = regs;
	firing.err = 0;
	firing.flags = flags;
	dtrace_fire(ip->probe, &firing);
}
NOKPROBE_SYMBOL(instr_hit);
