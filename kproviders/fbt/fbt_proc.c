// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/dtrace/fbt: every place that the provider has ever instrumented, with its hits: what of the kernel has run.
 * Entry points: fbt_proc_*(). Context: process.
 */
#include <linux/mm.h>
#include <linux/seq_file.h>
#include "fbt.h"

/* Position 0 is the heading; then all functions of all images, one after the other. */
struct seek {
	loff_t left;
	struct dtrace_image *image;
	u32 index;
};

static int seek_image(struct dtrace_image *image, void *arg)
{
	struct seek *seek = arg;

	if (seek->left >= image->nr) {
		seek->left -= image->nr;
		return 0;
	}
	seek->image = image;
	seek->index = seek->left;
	return 1;
}

static void *seq_start(struct seq_file *m, loff_t *pos)
{
	struct seek seek = { .left = *pos - 1 };

	dtrace_text_lock();
	if (!*pos)
		return SEQ_START_TOKEN;
	if (!dtrace_images_walk_locked(seek_image, &seek))
		return NULL;
	m->private = seek.image;
	return &seek.image->func[seek.index];
}

static void *seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	const struct dtrace_image *image = m->private;
	const struct dtrace_func *func = v;
	struct seek seek = { .left = *pos };

	++*pos;
	if (v != SEQ_START_TOKEN && func + 1 < image->func + image->nr)
		return (void *)(func + 1);
	if (!dtrace_images_walk_locked(seek_image, &seek))
		return NULL;
	m->private = seek.image;
	return &seek.image->func[seek.index];
}

static void seq_stop(struct seq_file *m, void *v)
{
	dtrace_text_unlock();
}

static void show_site(struct seq_file *m, const struct dtrace_image *image,
		      const struct dtrace_func *func, unsigned long addr, const char *side,
		      enum dtrace_refusal refusal)
{
	unsigned long shown = dtrace_addresses_are_shown() ? addr : 0;
	struct dtrace_site_info info;

	if (!dtrace_site_info(addr, &info)) {
		if (refusal)
			seq_printf(m, "     -          -     - %016lx  -  - %-12s %s:%s:%s+%#lx %s\n", shown,
				   "refused:", image->name, dtrace_func_name(image, func), side,
				   addr - func->addr, dtrace_refusal_text(refusal));
		return;
	}
	seq_printf(m, "%6u %10llu %5llu %016lx %02x %2u %-12s %s:%s:%s", info.index, info.hits, info.late,
		   shown, info.opcode, info.length, info.owners, image->name,
		   dtrace_func_name(image, func), side);
	if (addr != dtrace_func_entry(func))
		seq_printf(m, "+%#lx", addr - func->addr);
	seq_putc(m, '\n');
}

static int seq_show(struct seq_file *m, void *v)
{
	const struct dtrace_image *image = m->private;
	const struct dtrace_func *func = v;
	const struct fbt_func *ff;
	u32 i;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, " index       hits  late address          op len owners       name\n");
		return 0;
	}
	if (!fbt_image(image) || (func->flags & DTRACE_FUNC_ALIAS))
		return 0;
	ff = &fbt_image(image)->func[func - image->func];
	if (func->flags & DTRACE_FUNC_TRACEABLE)
		show_site(m, image, func, dtrace_func_entry(func), "entry",
			  DTRACE_REFUSED_NOT);
	/* Known since the return probe was armed for the first time. */
	for (i = 0; ff->returns && i < ff->returns->nr; i++) {
		unsigned long addr = func->addr + ff->returns->place[i].offset;

		show_site(m, image, func, addr, "return", dtrace_hook_check(addr, func));
	}
	return 0;
}

static const struct seq_operations fbt_seq = {
	.start = seq_start,
	.next = seq_next,
	.stop = seq_stop,
	.show = seq_show,
};

int fbt_proc_init(void)
{
	return dtrace_proc_add("fbt", &fbt_seq);
}

void fbt_proc_exit(void)
{
	dtrace_proc_remove("fbt");
}
