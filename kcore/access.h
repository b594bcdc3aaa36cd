/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may trace, and what the machine's owner allows: capabilities, lockdown, destructive actions, kernel addresses.
 * docs/security.md tells the rules to users. Context of everything here: process.
 */
#ifndef _DTK_ACCESS_H
#define _DTK_ACCESS_H

#include "os.h"

struct dtk_log;
struct dtk_request;

/* May the running process trace at all? Return: 0, -EPERM. */
int dtk_access_caller(void);
/* May it use this descriptor: do it and the process that opened it both have the right? Return: 0, -EPERM. */
int dtk_access_file(const struct file *file);
/* Has it the capability for destructive actions? */
bool dtk_access_is_admin(void);
/*
 * May what a request asks for be enabled: lockdown, destructive actions. Says why not in the log, and writes an audit
 * record of destructive requests, refused ones too. is_admins: what dtk_access_is_admin() said of the descriptor's
 * opener. Return: 0, -EPERM.
 */
int dtk_access_request(const struct dtk_request *req, bool is_admins, struct dtk_log *log);

#endif /* _DTK_ACCESS_H */
