/*
 * SPDX-License-Identifier: MIT
 * ++ needs something assignable.
 * at: 9:2
 */
BEGIN
{
	x = 1;
	(x + 1)++;
	exit(0);
}
