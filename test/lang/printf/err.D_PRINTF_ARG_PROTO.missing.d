/*
 * SPDX-License-Identifier: MIT
 * Every conversion has an argument.
 * at: 8:2
 */
BEGIN
{
	printf("%d %d", 1);
	exit(0);
}
