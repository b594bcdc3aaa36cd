/*
 * SPDX-License-Identifier: MIT
 * The step is positive.
 * at: 8:26
 */
BEGIN
{
	@ = lquantize(1, 0, 10, 0);
	exit(0);
}
