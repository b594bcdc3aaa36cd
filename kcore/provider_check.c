// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a provider may not do, whoever wrote it: each mistake is refused with an errno and a line in the
 * kernel's log that names the module. Entry points: dtk_provider_check(), dtk_op_*(), dtk_name_part_is_valid().
 * Context: process.
 */
#include "core.h"

/* A table of the first ABI, the smallest there is. */
#define OPS_SIZE_MIN	offsetofend(struct dtrace_provider_ops, disable)
/* No table will ever be as large. */
#define OPS_SIZE_MAX	4096u

const char *dtk_owner_name(struct module *owner)
{
	return owner ? module_name(owner) : "dtrace";
}

bool dtk_owner_is_starting(struct module *owner)
{
	return owner && owner->state == MODULE_STATE_COMING;
}

static bool name_is_valid(const char *name)
{
	size_t len, i;

	if (!name)
		return false;
	len = strnlen(name, DTRACE_PROVNAMELEN);
	if (!len || len == DTRACE_PROVNAMELEN)
		return false;
	for (i = 0; i < len; i++) {
		char c = name[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-')
			return false;
	}
	return name[len - 1] < '0' || name[len - 1] > '9';
}

bool dtk_name_part_is_valid(const char *part)
{
	for (; *part; part++) {
		if (*part == ':' || (u8)*part <= ' ' || *part == 0x7f)
			return false;
	}
	return true;
}

/* A module that was built against a newer core may have a longer table, as long as it does not use the rest. */
static bool uses_unknown_ops(const struct dtrace_provider_ops *ops)
{
	const u8 *byte = (const u8 *)ops;
	size_t i;

	for (i = sizeof(*ops); i < ops->size; i++) {
		if (byte[i])
			return true;
	}
	return false;
}

int dtk_provider_check(const struct dtrace_provider *prov, struct module *owner, u32 abi)
{
	const char *module = dtk_owner_name(owner);

	if (dtk_op_refuses("dtrace_provider_register"))
		return -EDEADLK;
	if (abi != DTRACE_PROVIDER_ABI) {
		pr_err("dtrace: module %s was built for provider ABI %u, this core has %u: build it anew\n",
		       module, abi, DTRACE_PROVIDER_ABI);
		return -EPROTO;
	}
	if (!prov || !prov->ops) {
		pr_err("dtrace: module %s registers a provider without an ops table\n", module);
		return -EINVAL;
	}
	if (!name_is_valid(prov->name)) {
		pr_err("dtrace: module %s: '%.63s' is no name for a provider: letters, digits, _, -; no digit last\n",
		       module, prov->name ? prov->name : "");
		return -EINVAL;
	}
	if (prov->ops->size < OPS_SIZE_MIN || prov->ops->size > OPS_SIZE_MAX) {
		pr_err("dtrace: module %s: provider %s has an ops table of %zu bytes: DTRACE_PROVIDER_OPS is missing\n",
		       module, prov->name, prov->ops->size);
		return -EINVAL;
	}
	if (uses_unknown_ops(prov->ops)) {
		pr_err("dtrace: module %s: provider %s uses ops that this core does not know: it needs a newer one\n",
		       module, prov->name);
		return -EPROTO;
	}
	return 0;
}
