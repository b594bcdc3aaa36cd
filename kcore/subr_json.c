// SPDX-License-Identifier: GPL-2.0-only
/*
 * Subroutine json(): one element of a JSON text, by a selector such as "a.b[2].c".
 *
 * The text is walked once for each part of the selector; nothing is built, nothing recurses. A string's value is what
 * stands between its quotes, escapes as they are; an object or array is its text; anything else is the word itself.
 */
#include "safemem.h"
#include "subr.h"

/* A place in the text. After an error at is past the end, where everything reads as NUL. */
struct json {
	struct dtk_reader *text;
	u64 at;
};

static u8 peek(struct json *json)
{
	return dtk_reader_at(json->text, json->at);
}

static void fail(struct json *json)
{
	json->at = U32_MAX;
}

static u8 skip_space(struct json *json)
{
	u8 c;

	while ((c = peek(json)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		json->at++;
	return c;
}
NOKPROBE_SYMBOL(skip_space);

/* At a quote: go behind the closing one. */
static void skip_string(struct json *json)
{
	u8 c;

	json->at++;
	while ((c = peek(json)) != '"') {
		if (c == '\\')
			c = (json->at++, peek(json));
		if (!c) {
			fail(json);
			return;
		}
		json->at++;
	}
	json->at++;
}
NOKPROBE_SYMBOL(skip_string);

static bool is_word(u8 c)
{
	return c > ' ' && c != ',' && c != ':' && c != ']' && c != '}' && c != '[' && c != '{' && c != '"';
}

/* At a value: go behind it. Brackets are counted, not matched in kind. */
static void skip_value(struct json *json)
{
	u32 depth = 0;
	u8 c;

	do {
		c = skip_space(json);
		if (c == '"') {
			skip_string(json);
		} else if (c == '{' || c == '[') {
			depth++;
			json->at++;
		} else if (c == '}' || c == ']') {
			if (!depth) {
				fail(json);
				return;
			}
			depth--;
			json->at++;
		} else if (depth && (c == ',' || c == ':')) {
			json->at++;
		} else if (is_word(c)) {
			while (is_word(peek(json)))
				json->at++;
		} else {
			fail(json);
			return;
		}
	} while (depth);
}
NOKPROBE_SYMBOL(skip_value);

/* At a quote: is the string the selector's name [begin, end)? */
static bool is_name(struct json *json, struct dtk_reader *selector, u64 begin, u64 end)
{
	u64 at = json->at + 1;

	for (; begin < end; begin++, at++)
		if (dtk_reader_at(json->text, at) != dtk_reader_at(selector, begin))
			return false;
	return dtk_reader_at(json->text, at) == '"';
}
NOKPROBE_SYMBOL(is_name);

/* At an object: go to the value of a member. */
static bool enter_member(struct json *json, struct dtk_reader *selector, u64 begin, u64 end)
{
	bool is_it;

	if (skip_space(json) != '{')
		return false;
	json->at++;
	while (skip_space(json) == '"') {
		is_it = is_name(json, selector, begin, end);
		skip_string(json);
		if (skip_space(json) != ':')
			return false;
		json->at++;
		if (is_it)
			return true;
		skip_value(json);
		if (skip_space(json) != ',')
			return false;
		json->at++;
	}
	return false;
}
NOKPROBE_SYMBOL(enter_member);

/* At an array: go to an element. */
static bool enter_element(struct json *json, u64 index)
{
	if (skip_space(json) != '[')
		return false;
	json->at++;
	if (skip_space(json) == ']')
		return false;
	for (; index; index--) {
		skip_value(json);
		if (skip_space(json) != ',')
			return false;
		json->at++;
	}
	return skip_space(json) && peek(json) != ']';
}
NOKPROBE_SYMBOL(enter_element);

/* Follow the selector. False: it is malformed, or there is no such element. */
static bool follow(struct json *json, struct dtk_reader *selector)
{
	u64 at = 0;
	u64 begin, index;
	u8 c;

	while ((c = dtk_reader_at(selector, at))) {
		if (c == '[') {
			index = 0;
			begin = ++at;
			while ((c = dtk_reader_at(selector, at)) >= '0' && c <= '9' && index < U32_MAX) {
				index = index * 10 + (c - '0');
				at++;
			}
			if (at == begin || c != ']' || !enter_element(json, index))
				return false;
			at++;
		} else {
			if (c == '.' && at)
				at++;
			begin = at;
			while ((c = dtk_reader_at(selector, at)) && c != '.' && c != '[')
				at++;
			if (at == begin || !enter_member(json, selector, begin, at))
				return false;
		}
	}
	return true;
}
NOKPROBE_SYMBOL(follow);

u64 dtk_subr_JSON(u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
{
	DTK_SUBR_ENTER(ms);
	u64 cap = a2 < ms->strsize ? a2 : ms->strsize;
	u8 *dst = (u8 *)(uintptr_t)a1;
	struct dtk_reader text, selector;
	struct json json = { .text = &text };
	u64 begin, end, pos = 0;

	dtk_reader_init(&text, ms, a3);
	dtk_reader_init(&selector, ms, a4);
	if (!follow(&json, &selector))
		return 0;
	skip_space(&json);
	begin = json.at;
	skip_value(&json);
	end = json.at;
	if (ms->fault || end >= U32_MAX || end == begin)
		return 0;
	if (dtk_reader_at(&text, begin) == '"') {
		begin++;
		end--;
	}
	while (begin < end && pos < cap - 1 && !ms->fault)
		dst[pos++] = dtk_reader_at(&text, begin++);
	do {
		dst[pos++] = 0;
	} while (pos < cap && (pos & 7));
	return ms->fault ? 0 : a1;
}
NOKPROBE_SYMBOL(dtk_subr_JSON);
