/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Patterns over the four-part names of probes.
 */
#ifndef _DTK_MATCH_H
#define _DTK_MATCH_H

#include "os.h"
#include <dtrace/uapi.h>

struct dtk_registry;
struct dtrace_probe;

/* Does the shell pattern (* ? [a-z] [!a-z] and \ to quote) match the whole string? Context: any. */
bool dtk_glob_match(const char *pattern, const char *str);
/* Does it contain anything but itself to match? Context: any. */
bool dtk_glob_is_pattern(const char *pattern);

/**
 * struct dtk_probe_vec - probes found, in id order
 * @probe: kvmalloc'ed; each one is referenced when the vector was filled with references
 */
struct dtk_probe_vec {
	struct dtrace_probe **probe;
	u32 nr;
	u32 cap;
};
int dtk_probe_vec_push(struct dtk_probe_vec *vec, struct dtrace_probe *probe);
void dtk_probe_vec_free(struct dtk_probe_vec *vec);

/**
 * dtk_match_collect - append the probes that a pattern matches
 * @desc: the pattern; an id that is not 0 names one probe
 * @first_id, @last_id: ignore other ids
 * @max: stop after as many
 *
 * A part given exactly is looked up by hash; patterns are tried once for each distinct string.
 * Context: process, registry_lock held, for a user as dtk_op_lock() says.
 * Return: 0, -ENOMEM or -EINTR.
 */
int dtk_match_collect(struct dtk_registry *reg, const struct dtrace_probedesc *desc, u32 first_id,
		      u32 last_id, u32 max, struct dtk_probe_vec *vec);

#endif /* _DTK_MATCH_H */
