// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/dtrace/text: the text of the kernel and its modules as it is without probes, for disassemblers. A read at
 * offset n gives bytes of the function around TEXT_BEGIN + n, to its end at most; 0 bytes where no function is.
 * For those who may trace and may see addresses of the kernel.
 *
 * Entry points: dtk_text_file_init(), dtk_text_file_exit(). Context: process.
 */
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <dtrace/provider.h>
#include "ksym.h"
#include "site.h"

#define TEXT_BEGIN	0xffffffff80000000ul	/* of the kernel's image; modules lie behind it */
#define MOST_BYTES	4096u

static struct proc_dir_entry *text_file;

/* A piece of text being put together. */
struct piece {
	unsigned long addr;
	u32 nr;
	u8 *bytes;
};

/* Puts bytes that belong to an address where the piece has them. */
static void overlay(struct piece *piece, unsigned long addr, const u8 *bytes, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (addr + i >= piece->addr && addr + i < piece->addr + piece->nr)
			piece->bytes[addr + i - piece->addr] = bytes[i];
	}
}

static void take_back_kprobe(struct piece *piece, struct dtrace_text_walk *walk, unsigned long at)
{
	const u8 *bytes = dtk_text_below_kprobe(walk, at);

	/* One that is optimised is a jump of five bytes. */
	if (bytes)
		overlay(piece, at, bytes, 5);
}

/* Context: images locked. */
static void read_piece(struct piece *piece, const struct dtrace_func *func)
{
	static const u8 entry_nop[] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	unsigned long first = max(piece->addr - DTK_INSN_MAX, func->addr);
	unsigned long end = piece->addr + piece->nr, at;
	struct dtrace_text_walk walk;

	mutex_lock(&dtk_patch.lock);
	dtrace_text_walk_begin(&walk);
	memcpy(piece->bytes, (const void *)piece->addr, piece->nr);
	for (at = first; dtk_patch.can_patch && walk.kprobes.nr && at < end; at++) {
		if (dtk_kprobes_meet(&walk.kprobes, at, at))
			take_back_kprobe(piece, &walk, at);
	}
	for (at = first; at < end; at++) {
		const struct dtk_site *site = dtk_site_find(at);

		if (site && site->kind != DTK_SITE_ENTRY)
			overlay(piece, at, site->orig, dtk_site_patch_len(site));
	}
	if (func->flags & DTRACE_FUNC_TRACEABLE)
		overlay(piece, dtrace_func_entry(func), entry_nop, sizeof(entry_nop));
	dtrace_text_walk_end(&walk);
	mutex_unlock(&dtk_patch.lock);
}

static ssize_t text_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct piece piece = { .addr = TEXT_BEGIN + (unsigned long)*pos };
	const struct dtrace_func *func;
	struct dtrace_image *image;
	ssize_t nr = 0;

	if (*pos < 0 || piece.addr < TEXT_BEGIN)
		return 0;
	piece.bytes = kmalloc(MOST_BYTES, GFP_KERNEL);
	if (!piece.bytes)
		return -ENOMEM;
	dtrace_text_lock();
	func = dtk_func_find(piece.addr, &image);
	if (func) {
		nr = min3(size, (size_t)MOST_BYTES, (size_t)(func->addr + func->size - piece.addr));
		piece.nr = nr;
		read_piece(&piece, func);
	}
	dtrace_text_unlock();
	if (nr && copy_to_user(buf, piece.bytes, nr))
		nr = -EFAULT;
	kfree(piece.bytes);
	if (nr > 0)
		*pos += nr;
	return nr;
}

/* Offsets are addresses: what can be read tells where the kernel lies. */
static int text_open(struct inode *inode, struct file *file)
{
	int err = dtrace_may_trace();

	if (!err && !dtrace_addresses_are_shown())
		err = -EPERM;
	return err;
}

static const struct proc_ops text_ops = {
	.proc_open = text_open,
	.proc_read = text_read,
	.proc_lseek = default_llseek,
};

/* Nothing depends on it: without it, disassembly shows what is there. */
void dtk_text_file_init(void)
{
	text_file = proc_create("dtrace/text", 0444, NULL, &text_ops);
}

void dtk_text_file_exit(void)
{
	proc_remove(text_file);
}
