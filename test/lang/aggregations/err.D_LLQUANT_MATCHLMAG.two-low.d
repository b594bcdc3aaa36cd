/*
 * SPDX-License-Identifier: MIT
 * All uses of an aggregation have the same parameters.
 * at: 9:6
 */
BEGIN
{
	@ = llquantize(1, 10, 0, 3, 10);
	@ = llquantize(1, 10, 1, 3, 10);
	exit(0);
}
