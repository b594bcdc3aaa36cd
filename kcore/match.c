// SPDX-License-Identifier: GPL-2.0-only
/*
 * Matching patterns with probe names: dtk_glob_match() and dtk_match_collect().
 *
 * Names are interned, so a part without wildcards is compared by address, and a glob is tried once
 * for each distinct string and run: the result is cached in struct dtk_name under the run's stamp.
 * Context: process, registry_lock held.
 */
#include "core.h"
#include "match.h"

enum dtk_part { PART_MOD, PART_FUNC, PART_NAME, NR_PARTS };

/* One part of a compiled pattern: matches everything, one interned name, or a glob. */
struct part_pattern {
	const struct dtk_name *exact;
	const char *glob;
};

struct pattern {
	struct part_pattern part[NR_PARTS];
	const char *prov;		/* NULL = any */
	bool is_prov_glob;
	u32 stamp;
};

/*
 * Matches one character against a bracket expression. *pattern is behind the '['; moved behind the
 * ']'. An expression without end stands for a literal '['.
 */
static bool bracket_match(const char **pattern, char c, bool *is_valid)
{
	const unsigned char *p = (const unsigned char *)*pattern;
	unsigned char ch = (unsigned char)c;
	bool is_negated = false, is_match = false, is_first = true;

	if (*p == '!' || *p == '^') {
		is_negated = true;
		p++;
	}
	while (*p && (*p != ']' || is_first)) {
		unsigned char from, to;

		if (*p == '\\' && p[1])
			p++;
		from = to = *p++;
		if (*p == '-' && p[1] && p[1] != ']') {
			p++;
			if (*p == '\\' && p[1])
				p++;
			to = *p++;
		}
		if (ch >= from && ch <= to)
			is_match = true;
		is_first = false;
	}
	*is_valid = *p == ']';
	if (*is_valid)
		*pattern = (const char *)p + 1;
	return is_match != is_negated;
}

/* Matches one pattern element that is not '*'. Moves *pattern behind it when it matches. */
static bool element_match(const char **pattern, char c)
{
	const char *p = *pattern;
	bool is_valid, is_match;

	switch (*p) {
	case '?':
		*pattern = p + 1;
		return true;
	case '[':
		p++;
		is_match = bracket_match(&p, c, &is_valid);
		if (!is_valid) {
			*pattern += 1;
			return c == '[';
		}
		*pattern = p;
		return is_match;
	case '\\':
		if (p[1])
			p++;
		break;
	}
	*pattern = p + 1;
	return *p == c;
}

/*
 * Only the last '*' ever needs to be tried again, so the work is at most the product of the two
 * lengths.
 */
bool dtk_glob_match(const char *pattern, const char *str)
{
	const char *star = NULL, *retry = NULL;

	while (*str) {
		const char *next = pattern;

		if (*pattern == '*') {
			star = ++pattern;
			retry = str;
			continue;
		}
		if (*pattern && element_match(&next, *str)) {
			pattern = next;
			str++;
			continue;
		}
		if (!star)
			return false;
		pattern = star;
		str = ++retry;
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

bool dtk_glob_is_pattern(const char *pattern)
{
	return strpbrk(pattern, "*?[\\") != NULL;
}

bool dtrace_name_matches(const char *pattern, const char *name)
{
	return !pattern[0] || (dtk_glob_is_pattern(pattern) ? dtk_glob_match(pattern, name) :
							      !strcmp(pattern, name));
}
EXPORT_SYMBOL_GPL(dtrace_name_matches);

bool dtrace_name_is_pattern(const char *pattern)
{
	return !pattern[0] || dtk_glob_is_pattern(pattern);
}
EXPORT_SYMBOL_GPL(dtrace_name_is_pattern);

int dtk_probe_vec_push(struct dtk_probe_vec *vec, struct dtrace_probe *probe)
{
	if (vec->nr == vec->cap) {
		u32 cap = vec->cap ? vec->cap * 2 : 64;
		struct dtrace_probe **grown = kvmalloc_array(cap, sizeof(*grown), DTK_GFP);

		if (!grown)
			return -ENOMEM;
		if (vec->nr)
			memcpy(grown, vec->probe, vec->nr * sizeof(*grown));
		kvfree(vec->probe);
		vec->probe = grown;
		vec->cap = cap;
	}
	vec->probe[vec->nr++] = probe;
	return 0;
}

void dtk_probe_vec_free(struct dtk_probe_vec *vec)
{
	kvfree(vec->probe);
	vec->probe = NULL;
	vec->nr = vec->cap = 0;
}

static bool part_matches(struct pattern *pat, enum dtk_part part, struct dtk_name *name)
{
	const struct part_pattern *want = &pat->part[part];
	u8 bit = 1u << part;

	if (want->exact)
		return name == want->exact;
	if (!want->glob)
		return true;
	if (name->stamp != pat->stamp) {
		name->stamp = pat->stamp;
		name->known = 0;
		name->matched = 0;
	}
	if (!(name->known & bit)) {
		name->known |= bit;
		if (dtk_glob_match(want->glob, name->str))
			name->matched |= bit;
	}
	return name->matched & bit;
}

static bool probe_matches(struct pattern *pat, struct dtrace_probe *probe)
{
	/* Otherwise syscall:::entry would count a call once for each of its names. */
	if ((probe->flags & DTRACE_PROBE_ALIAS) && !pat->part[PART_FUNC].exact)
		return false;
	return part_matches(pat, PART_NAME, probe->name) &&
	       part_matches(pat, PART_FUNC, probe->func) &&
	       part_matches(pat, PART_MOD, probe->mod);
}

/* Return: false if a part can match nothing, because no probe has such a name. */
static bool part_compile(struct dtk_registry *reg, struct part_pattern *part, const char *text)
{
	part->exact = NULL;
	part->glob = NULL;
	if (!text[0] || !strcmp(text, "*"))
		return true;
	if (dtk_glob_is_pattern(text)) {
		part->glob = text;
		return true;
	}
	part->exact = dtk_name_find(reg, text);
	return part->exact;
}

static bool provider_matches(const struct pattern *pat, const struct dtrace_provider_handle *prov)
{
	if (!pat->prov)
		return true;
	return pat->is_prov_glob ? dtk_glob_match(pat->prov, prov->name) :
				   !strcmp(pat->prov, prov->name);
}

/* Probes with one function name: the chain has the newest first. */
static int collect_func(struct pattern *pat, u32 from, u32 to, u32 max, struct dtk_probe_vec *vec)
{
	u32 first = vec->nr, i, j;
	struct dtrace_probe *probe;
	int err;

	for (probe = pat->part[PART_FUNC].exact->probes; probe; probe = probe->func_next) {
		if (probe->id < from || probe->id > to || !provider_matches(pat, probe->prov) ||
		    !probe_matches(pat, probe))
			continue;
		err = dtk_probe_vec_push(vec, probe);
		if (err)
			return err;
	}
	for (i = first, j = vec->nr; i + 1 < j; i++) {
		j--;
		swap(vec->probe[i], vec->probe[j]);
	}
	if (vec->nr - first > max)
		vec->nr = first + max;
	return 0;
}

static int collect_range(struct dtk_registry *reg, struct pattern *pat, u32 from, u32 to, u32 max,
			 struct dtk_probe_vec *vec)
{
	const struct dtrace_provider_handle *last = NULL;
	bool is_prov_match = false;
	u32 id, found = 0;

	for (id = from; id <= to && found < max; id++) {
		struct dtk_id_chunk *chunk = reg->chunks[id / DTK_ID_CHUNK];
		struct dtrace_probe *probe;
		int err;

		if (id % DTK_ID_CHUNK == 0) {
			err = dtrace_op_pause();
			if (err)
				return err;
		}
		if (!chunk) {
			id |= DTK_ID_CHUNK - 1;
			continue;
		}
		probe = chunk->probe[id % DTK_ID_CHUNK];
		if (!probe)
			continue;
		if (probe->prov != last) {
			last = probe->prov;
			is_prov_match = provider_matches(pat, last);
		}
		if (!is_prov_match || !probe_matches(pat, probe))
			continue;
		err = dtk_probe_vec_push(vec, probe);
		if (err)
			return err;
		found++;
	}
	return 0;
}

int dtk_match_collect(struct dtk_registry *reg, const struct dtrace_probedesc *desc, u32 first_id,
		      u32 last_id, u32 max, struct dtk_probe_vec *vec)
{
	struct dtrace_provider_handle *prov;
	u32 from = max(first_id, 1u), to = min(last_id, reg->next_id - 1);
	struct pattern pat = { 0 };

	if (desc->id) {
		struct dtrace_probe *probe = dtk_probe_by_id(reg, desc->id);

		if (!probe || desc->id < from || desc->id > to || !max)
			return 0;
		return dtk_probe_vec_push(vec, probe);
	}
	if (!part_compile(reg, &pat.part[PART_MOD], desc->mod) ||
	    !part_compile(reg, &pat.part[PART_FUNC], desc->func) ||
	    !part_compile(reg, &pat.part[PART_NAME], desc->name))
		return 0;
	pat.stamp = ++reg->match_stamp;
	if (desc->prov[0] && strcmp(desc->prov, "*")) {
		pat.prov = desc->prov;
		pat.is_prov_glob = dtk_glob_is_pattern(desc->prov);
	}
	if (pat.part[PART_FUNC].exact)
		return collect_func(&pat, from, to, max, vec);
	if (pat.prov && !pat.is_prov_glob) {
		u32 lo = U32_MAX, hi = 0;

		list_for_each_entry(prov, &reg->providers, link) {
			if (strcmp(prov->name, pat.prov) || !prov->nr_probes)
				continue;
			lo = prov->min_id;
			hi = prov->max_id;
		}
		if (lo > hi)
			return 0;
		from = max(from, lo);
		to = min(to, hi);
	}
	return collect_range(reg, &pat, from, to, max, vec);
}
