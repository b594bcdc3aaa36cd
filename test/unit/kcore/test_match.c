// SPDX-License-Identifier: MIT
/*
 * Shell patterns: what dtk_glob_match() takes for a match. Links the real kcore/match.c.
 */
#include "match.h"
#include "core.h"
#include "shim/check.h"

struct dtk_core dtk_core;

int dtrace_op_pause(void)
{
	return 0;
}

struct dtk_name *dtk_name_find(struct dtk_registry *reg, const char *str)
{
	return NULL;
}

struct dtrace_probe *dtk_probe_by_id(struct dtk_registry *reg, u32 id)
{
	return NULL;
}

static const struct {
	const char *pattern;
	const char *str;
	bool is_match;
} cases[] = {
	{ "", "", true },
	{ "", "a", false },
	{ "*", "", true },
	{ "*", "anything", true },
	{ "**", "x", true },
	{ "?", "", false },
	{ "?", "a", true },
	{ "?", "ab", false },
	{ "read", "read", true },
	{ "read", "readv", false },
	{ "read*", "read", true },
	{ "read*", "readv", true },
	{ "*read", "pread", true },
	{ "*read", "preadv", false },
	{ "*a*b*c*", "xaybzc", true },
	{ "*a*b*c*", "xaybz", false },
	{ "a*a*a", "aa", false },
	{ "a*a*a", "aaa", true },
	{ "[abc]", "b", true },
	{ "[abc]", "d", false },
	{ "[a-c]x", "cx", true },
	{ "[!a-c]x", "cx", false },
	{ "[!a-c]x", "dx", true },
	{ "[^a-c]x", "dx", true },
	{ "[]]", "]", true },
	{ "[!]]", "]", false },
	{ "[a-]", "-", true },
	{ "[z-a]", "m", false },
	{ "[", "[", true },
	{ "[a", "[a", true },
	{ "[a", "a", false },
	{ "x[", "x[", true },
	{ "\\*", "*", true },
	{ "\\*", "x", false },
	{ "[\\]]", "]", true },
	{ "a\\", "a\\", true },
	{ "\\\\", "\\", true },
	{ "sys_*_[a-z]*", "sys_do_open", true },
	{ "\xc3\xa4?", "\xc3\xa4x", true },
	{ "[\x80-\xff]", "\xc3", true },
};

static void long_patterns_stay_cheap(void)
{
	char pattern[192], str[192];
	u32 i;

	for (i = 0; i < 190; i += 2) {
		pattern[i] = '*';
		pattern[i + 1] = 'a';
	}
	pattern[190] = 'b';
	pattern[191] = '\0';
	memset(str, 'a', 191);
	str[191] = '\0';
	for (i = 0; i < 20000; i++) {
		if (dtk_glob_match(pattern, str))
			break;
	}
	CHECK_EQ(i, 20000, "a pattern of 95 stars is refused without trying all splits");
}

int main(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		CHECK_EQ(dtk_glob_match(cases[i].pattern, cases[i].str), cases[i].is_match,
			 "'%s' %s '%s'", cases[i].pattern,
			 cases[i].is_match ? "matches" : "does not match", cases[i].str);
	long_patterns_stay_cheap();
	CHECK(dtk_glob_is_pattern("a*") && dtk_glob_is_pattern("\\x") && dtk_glob_is_pattern("[") &&
		      !dtk_glob_is_pattern("sys_read-9.x"),
	      "tells patterns from plain names");
	return check_result();
}
