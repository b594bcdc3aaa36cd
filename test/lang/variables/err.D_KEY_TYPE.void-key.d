/*
 * SPDX-License-Identifier: MIT
 * void is not a key.
 * at: 8:4
 */
BEGIN
{
	x[breakpoint()] = 1;
	exit(0);
}
