/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compatibility: what the kernel's lockdown forbids tracers. Context: process. Return: 0 or -EPERM; the kernel logs the
 * first refusal of each kind.
 */
#ifndef _DTK_COMPAT_LOCKDOWN_H
#define _DTK_COMPAT_LOCKDOWN_H

#include <linux/security.h>
#include "config.h"

#ifdef DT_HAVE_LOCKDOWN_WRITE_USER
/* Mode "confidentiality". */
static inline int dtc_locked_down_read(void)
{
	return security_locked_down(LOCKDOWN_BPF_READ_KERNEL);
}

/* Modes "integrity" and "confidentiality". */
static inline int dtc_locked_down_write(void)
{
	return security_locked_down(LOCKDOWN_BPF_WRITE_USER);
}
#else
static inline int dtc_locked_down_read(void)
{
	return security_locked_down(LOCKDOWN_BPF_READ);
}

/* There was no name for it then; what is closest is forbidden in the same modes. */
static inline int dtc_locked_down_write(void)
{
	return security_locked_down(LOCKDOWN_DEV_MEM);
}
#endif

#endif /* _DTK_COMPAT_LOCKDOWN_H */
