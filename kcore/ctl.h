/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control device: ctl.c has the file operations and what configures, ctl_read.c what takes data
 * out.
 */
#ifndef _DTK_CTL_H
#define _DTK_CTL_H

#include "os.h"

struct dtk_state;

/* main.c. Context: process. */
int dtk_ctl_init(void);
void dtk_ctl_exit(void);

/*
 * Ioctls of ctl_read.c, called with state->lock held; arg is the user's structure. Return: 0 or a
 * negative errno.
 */
int dtk_ctl_epid(struct dtk_state *state, void __user *arg);
int dtk_ctl_switch(struct dtk_state *state, void __user *arg);
int dtk_ctl_status(struct dtk_state *state, void __user *arg);
/* File operations of ctl_read.c. */
__poll_t dtk_ctl_poll(struct file *file, struct poll_table_struct *wait);
int dtk_ctl_mmap(struct file *file, struct vm_area_struct *vma);

/* proc.c. Context: process. */
int dtk_proc_init(void);
void dtk_proc_exit(void);

#endif /* _DTK_CTL_H */
