// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may trace, and what the machine's owner allows. Entry points in access.h; dtrace_may_trace() and
 * dtrace_addresses_are_shown() for modules. Context: process.
 *
 * The rules are the kernel's own for its tracers: reading what the kernel does takes CAP_PERFMON and CAP_BPF, or
 * CAP_SYS_ADMIN, in the initial user namespace; changing what processes do takes CAP_SYS_ADMIN. A descriptor is worth
 * nothing to a process without that right, whoever opened it, and nothing to anybody if its opener had none.
 */
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/user_namespace.h>
#include <dtrace/provider.h>
#include "access.h"
#include "compat/lockdown.h"
#include "core.h"
#include "enabling.h"

static bool forbid_destructive;
module_param(forbid_destructive, bool, 0444);
MODULE_PARM_DESC(forbid_destructive, "refuse destructive actions (dtrace -w), whoever asks");

int dtk_access_caller(void)
{
	/* CAP_SYS_ADMIN last: a refusal is logged under the capability that most have. */
	if (ns_capable_noaudit(&init_user_ns, CAP_PERFMON) && ns_capable_noaudit(&init_user_ns, CAP_BPF))
		return 0;
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

bool dtk_access_is_admin(void)
{
	return ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

int dtk_access_file(const struct file *file)
{
	bool may_open = (file_ns_capable(file, &init_user_ns, CAP_PERFMON) &&
			 file_ns_capable(file, &init_user_ns, CAP_BPF)) ||
			file_ns_capable(file, &init_user_ns, CAP_SYS_ADMIN);

	return may_open ? dtk_access_caller() : -EPERM;
}

int dtrace_may_trace(void)
{
	return dtk_access_caller();
}
EXPORT_SYMBOL_GPL(dtrace_may_trace);

/* ---- requests ---- */

static bool is_destructive(const struct dtk_request *req)
{
	u32 i;

	for (i = 0; i < req->nr_progs; i++) {
		if (req->progs[i].flags & DTRACE_PROG_DESTRUCTIVE)
			return true;
	}
	return false;
}

/* To the audit log, or to the kernel's where nobody audits. */
static void record_destructive(const struct dtk_request *req, bool is_allowed)
{
	struct audit_buffer *record = NULL;

	if (audit_enabled)
		record = audit_log_start(audit_context(), GFP_KERNEL, AUDIT_KERNEL_OTHER);
	if (record) {
		audit_log_format(record, "dtrace: op=enable destructive=1 clauses=%u", req->nr_progs);
		audit_log_task_info(record);
		audit_log_format(record, " res=%d", is_allowed);
		audit_log_end(record);
		return;
	}
	pr_notice_ratelimited("dtrace: destructive actions %s: pid %d, uid %u, %u clauses\n",
			      is_allowed ? "enabled" : "refused", task_tgid_nr(current),
			      from_kuid(&init_user_ns, current_uid()), req->nr_progs);
}

static const char *why_no_destruction(bool is_admins)
{
	if (forbid_destructive)
		return "destructive actions are forbidden on this machine (module parameter "
		       "forbid_destructive of dtrace.ko)";
	if (!is_admins || !capable(CAP_SYS_ADMIN))
		return "destructive actions need CAP_SYS_ADMIN";
	if (dtc_locked_down_write())
		return "the kernel is locked down: destructive actions are forbidden (see "
		       "/sys/kernel/security/lockdown)";
	return NULL;
}

int dtk_access_request(const struct dtk_request *req, bool is_admins, struct dtk_log *log)
{
	const char *why = NULL;

	if (dtc_locked_down_read())
		why = "the kernel is locked down for confidentiality: tracing is forbidden (see "
		      "/sys/kernel/security/lockdown)";
	if (is_destructive(req)) {
		if (!why)
			why = why_no_destruction(is_admins);
		record_destructive(req, !why);
	}
	if (!why)
		return 0;
	dtk_log_printf(log, "%s\n", why);
	return -EPERM;
}

/* ---- kernel addresses ---- */

bool dtrace_addresses_are_shown(void)
{
	char shown[2 * sizeof(void *) + 8];

	/* kptr_restrict is not exported; how it shows a pointer tells the same. Allowed ones are hashed or plain. */
	snprintf(shown, sizeof(shown), "%pK", (void *)&dtk_core);
	return strspn(shown, "0") < strlen(shown);
}
EXPORT_SYMBOL_GPL(dtrace_addresses_are_shown);
