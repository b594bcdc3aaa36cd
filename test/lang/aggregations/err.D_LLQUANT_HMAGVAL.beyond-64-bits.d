/*
 * SPDX-License-Identifier: MIT
 * The buckets stay within 64 bits.
 * at: 8:27
 */
BEGIN
{
	@ = llquantize(1, 10, 0, 20, 10);
	exit(0);
}
