/*
 * SPDX-License-Identifier: MIT
 * The lower bound is below the upper.
 * at: 8:23
 */
BEGIN
{
	@ = lquantize(1, 10, 5);
	exit(0);
}
