/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel symbols that are not exported: found by name at load, called through stubs. A function is called as
 * dtk_k_<name>(), which exists only if dtk_ksym.<name> is not 0: ask dtk_ksym_has() for what may be
 * missing. The declarations below fail to compile when the kernel's prototype is another one.
 */
#ifndef _DTK_KSYM_H
#define _DTK_KSYM_H

#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/moduleloader.h>
#include <linux/set_memory.h>
#include <linux/extable.h>
#include <asm/alternative.h>
#include "compat/exec_mem.h"

/* Not declared for modules, or not at all. */
unsigned long ftrace_location_range(unsigned long start, unsigned long end);
unsigned long recover_probed_instruction(kprobe_opcode_t *buf, unsigned long addr);
int alternatives_text_reserved(void *start, void *end);
int set_memory_x(unsigned long addr, int numpages);
int set_memory_rox(unsigned long addr, int numpages);
/* One function: 6.16 has given it another name. */
void text_poke_queue(void *addr, const void *opcode, size_t len, const void *emulate);
void smp_text_poke_batch_add(void *addr, const void *opcode, size_t len, const void *emulate);
void *module_alloc(unsigned long size);
void module_memfree(void *region);

struct seq_file;

#define KSYM_FUNC(name, lost)	unsigned long name;
#define KSYM_DATA(name, lost)	unsigned long name;
struct dtk_ksym {
#include "ksym_list.h"
};
#undef KSYM_FUNC
#undef KSYM_DATA
extern struct dtk_ksym dtk_ksym;

#define KSYM_FUNC(name, lost)	extern typeof(name) dtk_k_##name;
#define KSYM_DATA(name, lost)
#include "ksym_list.h"
#undef KSYM_FUNC
#undef KSYM_DATA

#define DTK_NR_KSYMS	(sizeof(struct dtk_ksym) / sizeof(unsigned long))

/* Finds dtk_ksym.kallsyms_on_each_symbol. Return: 0 or -errno. Context: module init. */
int dtk_ksym_bootstrap(void);
/* A symbol seen while all are walked: is it one of those wanted? */
void dtk_ksym_offer(const char *name, unsigned long addr);
/* What is missing? Return: 0, or -ENOENT if something without which nothing works is. */
int dtk_ksym_check(void);
/* Bytes up to the next symbol; 0 = there is no such table. */
unsigned long dtk_ksym_kprobe_table_size(void);
/* Lines "feature <what>: off (<reason>)" for /proc/dtrace/stats. */
void dtk_ksym_show(struct seq_file *m);
/* Is everything there that breakpoints and return probes need? */
bool dtk_ksym_can_patch(void);
/* Is everything there that copies of instructions need? */
bool dtk_ksym_can_copy(void);

#endif /* _DTK_KSYM_H */
