/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Key tuples: hashing, comparing and copying by shape. Inline because aggregations and dynamic variables spend
 * their time here. Keys are made of 8-byte words; a string ends with the word that has its NUL.
 */
#ifndef _DTK_KEY_H
#define _DTK_KEY_H

#include "prog.h"
#include "safemem.h"

#define DTK_HASH_FACTOR	0x9e3779b97f4a7c15ull

static __always_inline u64 dtk_hash_word(u64 hash, u64 word)
{
	hash = (hash ^ word) * DTK_HASH_FACTOR;
	return hash ^ hash >> 29;
}

static __always_inline u64 dtk_hash_words(u64 hash, const u64 *words, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		hash = dtk_hash_word(hash, words[i]);
	return hash;
}

static __always_inline u64 dtk_key_hash(const struct dtk_shape *shape, const u64 *key, u64 hash)
{
	u32 c, i;

	if (!shape->has_string)
		return dtk_hash_words(hash, key, shape->size / 8);
	for (c = 0; c < shape->nr_comps; c++) {
		const struct dtrace_key_comp *comp = &shape->comps[c];
		const u64 *words = key + comp->offset / 8;
		u32 nr = comp->size / 8;

		if (comp->kind != DTRACE_KEY_STRING) {
			hash = dtk_hash_words(hash, words, nr);
			continue;
		}
		for (i = 0; i < nr; i++) {
			hash = dtk_hash_word(hash, words[i]);
			if (dtk_has_zero(words[i]))
				break;
		}
	}
	return hash;
}

static __always_inline bool dtk_key_is_same(const struct dtk_shape *shape, const u64 *a, const u64 *b)
{
	u32 c, i;

	if (!shape->has_string) {
		for (i = 0; i < shape->size / 8; i++)
			if (a[i] != b[i])
				return false;
		return true;
	}
	for (c = 0; c < shape->nr_comps; c++) {
		const struct dtrace_key_comp *comp = &shape->comps[c];
		bool is_string = comp->kind == DTRACE_KEY_STRING;
		u32 end = (comp->offset + comp->size) / 8;

		for (i = comp->offset / 8; i < end; i++) {
			if (a[i] != b[i])
				return false;
			if (is_string && dtk_has_zero(a[i]))
				break;
		}
	}
	return true;
}

/*
 * How many words of a key decide: a key that has the same ones in front is the same key. 0 = compare by shape. A key
 * with parts behind a string has its words in other places when the string is longer.
 */
static __always_inline u32 dtk_key_words(const struct dtk_shape *shape, const u64 *key)
{
	u32 i, nr = shape->size / 8;

	if (!shape->has_string)
		return nr;
	if (shape->nr_comps != 1)
		return 0;
	for (i = 0; i < nr; i++)
		if (dtk_has_zero(key[i]))
			return i + 1;
	return nr;
}

/* What follows a string's last word becomes zero, so that equal keys are equal bytes. */
static __always_inline void dtk_key_copy(const struct dtk_shape *shape, u64 *to, const u64 *from)
{
	u32 c, i;

	for (c = 0; c < shape->nr_comps; c++) {
		const struct dtrace_key_comp *comp = &shape->comps[c];
		bool is_string = comp->kind == DTRACE_KEY_STRING;
		u32 end = (comp->offset + comp->size) / 8;

		for (i = comp->offset / 8; i < end; i++) {
			to[i] = from[i];
			if (is_string && dtk_has_zero(from[i])) {
				i++;
				break;
			}
		}
		for (; i < end; i++)
			to[i] = 0;
	}
}

#endif /* _DTK_KEY_H */
