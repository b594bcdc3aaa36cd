// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/dtrace/instr: every instruction that somebody has asked for, with its hits. Entry points: instr_proc_*().
 * Context: process.
 */
#include <linux/seq_file.h>
#include "instr.h"

struct seek {
	loff_t left;
	struct dtrace_image *image;
	struct instr_probe *found;
};

static int seek_probe(struct dtrace_image *image, void *arg)
{
	struct instr_image *ii = instr_image(image);
	struct seek *seek = arg;
	struct instr_probe *ip;

	if (!ii)
		return 0;
	if (seek->left >= ii->nr) {
		seek->left -= ii->nr;
		return 0;
	}
	list_for_each_entry(ip, &ii->probes, image_link) {
		if (seek->left--)
			continue;
		seek->image = image;
		seek->found = ip;
		return 1;
	}
	return 0;
}

static void *find(struct seq_file *m, loff_t index)
{
	struct seek seek = { .left = index };

	if (!dtrace_images_walk_locked(seek_probe, &seek))
		return NULL;
	m->private = seek.image;
	return seek.found;
}

static void *seq_start(struct seq_file *m, loff_t *pos)
{
	dtrace_text_lock();
	return *pos ? find(m, *pos - 1) : SEQ_START_TOKEN;
}

static void *seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	const struct dtrace_image *image = m->private;
	struct instr_probe *ip = v;

	++*pos;
	if (v != SEQ_START_TOKEN && !list_is_last(&ip->image_link, &instr_image(image)->probes))
		return list_next_entry(ip, image_link);
	return find(m, *pos - 1);
}

static void seq_stop(struct seq_file *m, void *v)
{
	dtrace_text_unlock();
}

static int seq_show(struct seq_file *m, void *v)
{
	const struct dtrace_image *image = m->private;
	const struct instr_probe *ip = v;
	struct dtrace_site_info info;
	char name[DTK_INSN_NAME_MAX];

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, " index       hits  late address          op len modrm owners       name\n");
		return 0;
	}
	if (!dtrace_site_info(ip->hook.addr, &info))
		return 0;
	dtk_insn_name(&ip->insn, info.bytes, name, sizeof(name));
	seq_printf(m, "%6u %10llu %5llu %016lx %02x %2u ", info.index, info.hits, info.late,
		   dtrace_addresses_are_shown() ? ip->hook.addr : 0, info.opcode, info.length);
	if (ip->insn.has_modrm)
		seq_printf(m, "%5u ", ip->insn.opcode_at + 1);
	else
		seq_puts(m, "    - ");
	seq_printf(m, "%-12s %s:%s:%s-%lx\n", info.owners, image->name,
		   dtrace_func_name(image, ip->func), name, ip->hook.addr - ip->func->addr);
	return 0;
}

static const struct seq_operations instr_seq = {
	.start = seq_start,
	.next = seq_next,
	.stop = seq_stop,
	.show = seq_show,
};

int instr_proc_init(void)
{
	return dtrace_proc_add("instr", &instr_seq);
}

void instr_proc_exit(void)
{
	dtrace_proc_remove("instr");
}
