/*
 * SPDX-License-Identifier: MIT
 * The step fits the range.
 * at: 8:26
 */
BEGIN
{
	@ = lquantize(1, 0, 10, 11);
	exit(0);
}
