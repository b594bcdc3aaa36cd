/*
 * SPDX-License-Identifier: MIT
 * An argument is an integer, a name or a string, as its text says; $$ makes it a string.
 * operands: 12 word /a/b 7 0x10
 */
inline int word = 99;

BEGIN
{
	printf("%d %d %s %d %d\n", $1 + 1, $2, $3, $4, $5);
	printf("%s %s %s\n", $$1, $$2, $$4);
	printf("%d\n", $pid > 0 && $uid == $euid);
}

tick-$1ms
/$1 == 12/
{
	exit(0);
}
