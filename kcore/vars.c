// SPDX-License-Identifier: GPL-2.0-only
/*
 * Global variables of one consumer, and the door to its thread-local and associative ones (dynvar.c).
 *
 * Entry points: vars.h (process context), and the GVAR subroutines (probe context). Globals are shared by all
 * CPUs without any lock, as D says: a racing x++ loses updates, a racing string may mix two values, but always ends
 * in a NUL.
 */
#include "vars.h"
#include "dynvar.h"
#include "subr.h"

u64 dtk_subr_GVAR_LD(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	return READ_ONCE(ms->state->vars.values[a1]);
}
NOKPROBE_SYMBOL(dtk_subr_GVAR_LD);

u64 dtk_subr_GVAR_ST(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	WRITE_ONCE(ms->state->vars.values[a1], a2);
	return a2;
}
NOKPROBE_SYMBOL(dtk_subr_GVAR_ST);

u64 dtk_subr_GVAR_REF(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);

	return (u64)(uintptr_t)ms->state->vars.vars[a1].ref;
}
NOKPROBE_SYMBOL(dtk_subr_GVAR_REF);

bool dtk_vars_is_storage(const struct dtk_vars *vars, u64 addr, u64 size)
{
	u64 off = addr - (u64)(uintptr_t)vars->ref_base;

	if (off < vars->ref_size)
		return size <= vars->ref_size - off;
	return vars->dyn && dtk_dynvars_is_storage(vars->dyn, addr, size);
}
NOKPROBE_SYMBOL(dtk_vars_is_storage);

/* Place the by-reference globals one behind the other. */
static int init_refs(struct dtk_vars *vars)
{
	u64 total = 0;
	u32 i;

	for (i = 0; i < vars->nr; i++)
		if (vars->vars[i].kind == DTRACE_VAR_GLOBAL &&
		    (vars->vars[i].flags & DTRACE_VAR_BYREF))
			total += (vars->vars[i].size + 7) & ~7u;
	if (!total)
		return 0;
	if (total > U32_MAX)
		return -ENOMEM;
	vars->ref_base = dtk_mem_zalloc(total, NUMA_NO_NODE);
	if (!vars->ref_base)
		return -ENOMEM;
	vars->ref_size = total;
	total = 0;
	for (i = 0; i < vars->nr; i++) {
		struct dtk_var *var = &vars->vars[i];

		if (var->kind != DTRACE_VAR_GLOBAL || !(var->flags & DTRACE_VAR_BYREF))
			continue;
		var->ref = vars->ref_base + total;
		total += (var->size + 7) & ~7u;
	}
	return 0;
}

int dtk_vars_init(struct dtk_vars *vars, const struct dtk_request *req)
{
	bool has_dynamic = false;
	int err = -ENOMEM;
	u32 i;

	if (!req->nr_vars)
		return 0;
	vars->nr = req->nr_vars;
	vars->values = kvcalloc(vars->nr, sizeof(*vars->values), DTK_GFP);
	vars->vars = kvcalloc(vars->nr, sizeof(*vars->vars), DTK_GFP);
	if (!vars->values || !vars->vars)
		goto err_exit;
	for (i = 0; i < vars->nr; i++) {
		struct dtk_var *var = &vars->vars[i];

		var->kind = req->vars[i].kind;
		var->flags = req->vars[i].flags;
		var->size = req->vars[i].size;
		var->shape = req->vars[i].shape;
		var->key_size = req->shapes[var->shape].size;
		vars->values[i] = req->vars[i].init;
		if (var->kind != DTRACE_VAR_GLOBAL)
			has_dynamic = true;
	}
	err = init_refs(vars);
	if (!err && has_dynamic)
		err = dtk_dynvars_create(vars, req->opt.dynvarsize);
	if (!err)
		return 0;
err_exit:
	dtk_vars_exit(vars);
	return err;
}

void dtk_vars_exit(struct dtk_vars *vars)
{
	if (vars->dyn)
		dtk_dynvars_destroy(vars->dyn);
	dtk_mem_free(vars->ref_base, vars->ref_size);
	kvfree(vars->vars);
	kvfree(vars->values);
	memset(vars, 0, sizeof(*vars));
}

void dtk_vars_clean(struct dtk_vars *vars)
{
	if (vars->dyn)
		dtk_dynvars_clean(vars->dyn);
}
