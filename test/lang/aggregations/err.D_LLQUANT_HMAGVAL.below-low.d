/*
 * SPDX-License-Identifier: MIT
 * The high magnitude is not below the low one.
 * at: 8:27
 */
BEGIN
{
	@ = llquantize(1, 10, 3, 2, 10);
	exit(0);
}
