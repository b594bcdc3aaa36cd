/*
 * SPDX-License-Identifier: MIT
 * All uses of an aggregation have the same parameters.
 * at: 9:6
 */
BEGIN
{
	@ = lquantize(1, 0, 10);
	@ = lquantize(1, 0, 10, 2);
	exit(0);
}
