/* SPDX-License-Identifier: MIT */
/*
 * For tests of the registry, consumers and firing: stands in for what programs, variables, aggregations and
 * speculations are, so that the core's own files can be linked without them. A clause is a C function.
 */
#ifndef DT_TEST_CORE_FIXTURE_H
#define DT_TEST_CORE_FIXTURE_H

#include "state.h"

int dtk_vars_init(struct dtk_vars *vars, const struct dtk_request *req)
{
	return 0;
}

void dtk_vars_exit(struct dtk_vars *vars)
{
}

void dtk_vars_clean(struct dtk_vars *vars)
{
}

int dtk_specs_init(struct dtk_specs *specs, const struct dtk_request *req, u32 uses)
{
	return 0;
}

void dtk_specs_exit(struct dtk_specs *specs)
{
}

void dtk_specs_clean(struct dtk_state *state)
{
}

void dtk_specs_write(struct dtk_mstate *ms, const struct dtrace_rec *rec, const void *payload)
{
}

int dtk_aggs_init(struct dtk_aggs *aggs, const struct dtk_request *req)
{
	return 0;
}

void dtk_aggs_exit(struct dtk_aggs *aggs)
{
}

struct dtk_area *dtk_aggs_area(const struct dtk_aggs *aggs, unsigned int cpu)
{
	return NULL;
}

u8 *dtk_aggs_extend(struct dtk_aggs *aggs, unsigned int cpu, u8 *view)
{
	return view;
}

void dtk_progs_free(struct dtk_progs *progs)
{
	kvfree(progs->progs);
}

#endif /* DT_TEST_CORE_FIXTURE_H */
