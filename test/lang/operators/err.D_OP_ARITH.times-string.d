/*
 * SPDX-License-Identifier: MIT
 * * needs integers.
 * at: 8:10
 */
BEGIN
{
	x = 2 * "3";
	exit(0);
}
