/*
 * SPDX-License-Identifier: MIT
 * All uses of an array have as many keys.
 * at: 9:2
 */
BEGIN
{
	x[1] = 1;
	x[1, 2] = 1;
	exit(0);
}
