/*
 * SPDX-License-Identifier: MIT
 * The steps are positive.
 * at: 8:30
 */
BEGIN
{
	@ = llquantize(1, 10, 0, 3, 0);
	exit(0);
}
