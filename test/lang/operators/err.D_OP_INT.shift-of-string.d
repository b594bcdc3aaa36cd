/*
 * SPDX-License-Identifier: MIT
 * << needs integers.
 * at: 8:6
 */
BEGIN
{
	x = "a" << 1;
	exit(0);
}
