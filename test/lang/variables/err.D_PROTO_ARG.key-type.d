/*
 * SPDX-License-Identifier: MIT
 * All uses of an array have keys of the same types.
 * at: 9:4
 */
BEGIN
{
	x[1] = 1;
	x["a"] = 1;
	exit(0);
}
