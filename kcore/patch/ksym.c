// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel symbols that are not exported. Entry points: dtk_ksym_*(). One of them is found by a kprobe, all others
 * in the one walk over the kernel's symbols that text.c needs anyway. Context: process.
 */
#include <linux/seq_file.h>
#include <linux/string.h>
#include "ksym.h"

struct dtk_ksym dtk_ksym;

/* The symbol behind the table of kprobes. */
static unsigned long kprobe_table_end;

static const struct {
	const char *name;
	const char *lost;
} wanted[DTK_NR_KSYMS] = {
#define KSYM_FUNC(name, lost)	{ #name, lost },
#define KSYM_DATA(name, lost)	{ #name, lost },
#include "ksym_list.h"
#undef KSYM_FUNC
#undef KSYM_DATA
};

static unsigned long *slot(unsigned int i)
{
	return (unsigned long *)&dtk_ksym + i;
}

int dtk_ksym_bootstrap(void)
{
	/*
	 * One that is never armed: it is only to find its address. Armed while the function tracer is switched off it
	 * would leave the kernel a mark that its next check takes for damage (FTRACE_FL_REGS without a user).
	 */
	struct kprobe kp = { .symbol_name = "kallsyms_on_each_symbol", .flags = KPROBE_FLAG_DISABLED };
	int err = register_kprobe(&kp);

	if (err)
		return err;
	dtk_ksym.kallsyms_on_each_symbol = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return 0;
}

void dtk_ksym_offer(const char *name, unsigned long addr)
{
	unsigned int i;

	if (dtk_ksym.kprobe_table && addr > dtk_ksym.kprobe_table &&
	    (!kprobe_table_end || addr < kprobe_table_end))
		kprobe_table_end = addr;
	for (i = 0; i < DTK_NR_KSYMS; i++) {
		/* Most symbols differ in the first two characters. */
		if (wanted[i].name[0] != name[0] || wanted[i].name[1] != name[1])
			continue;
		if (!strcmp(wanted[i].name, name))
			*slot(i) = addr;
	}
}

unsigned long dtk_ksym_kprobe_table_size(void)
{
	return kprobe_table_end ? kprobe_table_end - dtk_ksym.kprobe_table : 0;
}

int dtk_ksym_check(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < DTK_NR_KSYMS; i++) {
		if (*slot(i) || wanted[i].lost[0])
			continue;
		pr_err("dtrace_patch: this kernel has no symbol %s\n", wanted[i].name);
		err = -ENOENT;
	}
	return err;
}

void dtk_ksym_show(struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < DTK_NR_KSYMS; i++) {
		if (!*slot(i) && strcmp(wanted[i].lost, "-"))
			seq_printf(m, "feature %s: off (no symbol %s)\n", wanted[i].lost,
				   wanted[i].name);
	}
	if (!dtk_ksym.text_poke_queue && !dtk_ksym.smp_text_poke_batch_add)
		seq_puts(m, "feature letting others run while functions' entries are armed: off "
			    "(no symbol smp_text_poke_batch_add or text_poke_queue)\n");
	if (!dtk_ksym_can_copy())
		seq_puts(m, "feature probes on instructions that run from a copy: off "
			    "(no symbol execmem_alloc or module_alloc)\n");
}

bool dtk_ksym_can_patch(void)
{
#ifdef CONFIG_OPTPROBES
	if (!dtk_ksym.arch_prepare_optimized_kprobe || !dtk_ksym.__recover_optprobed_insn)
		return false;
#endif
	return dtk_ksym.arch_prepare_kprobe && dtk_ksym.wait_for_kprobe_optimizer && dtk_ksym.get_kprobe &&
	       dtk_ksym.recover_probed_instruction && dtk_ksym.text_mutex && dtk_ksym.kprobe_blacklist &&
	       dtk_ksym.kprobe_mutex && dtk_ksym.die_chain &&
	       dtk_ksym.__start___jump_table && dtk_ksym.__stop___jump_table &&
	       dtk_ksym.__start_static_call_sites && dtk_ksym.__stop_static_call_sites;
}

bool dtk_ksym_can_copy(void)
{
	return (dtk_ksym.execmem_alloc && dtk_ksym.execmem_free && dtk_ksym.set_memory_rox) ||
	       (dtk_ksym.module_alloc && dtk_ksym.module_memfree && dtk_ksym.set_memory_x);
}
