/*
 * SPDX-License-Identifier: MIT
 * Escapes in strings; a backslash before any other character stays.
 */
BEGIN
{
	printf("%s|%s|%s\n", "a\tb", "q\"q", "\101\x42");
	printf("%d %d\n", strlen("a\\b"), strlen("a\qb"));
	printf("%s\n", "one \
line");
	exit(0);
}
