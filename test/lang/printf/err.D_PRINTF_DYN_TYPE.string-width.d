/*
 * SPDX-License-Identifier: MIT
 * The argument of a * is an integer.
 * at: 8:16
 */
BEGIN
{
	printf("%*d", "4", 1);
	exit(0);
}
