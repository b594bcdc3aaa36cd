/*
 * SPDX-License-Identifier: MIT
 * The low magnitude is not negative.
 * at: 8:24
 */
BEGIN
{
	@ = llquantize(1, 10, -1, 3, 10);
	exit(0);
}
