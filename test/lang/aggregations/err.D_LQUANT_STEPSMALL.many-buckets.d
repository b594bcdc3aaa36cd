/*
 * SPDX-License-Identifier: MIT
 * There are at most 65535 buckets.
 * at: 8:31
 */
BEGIN
{
	@ = lquantize(1, 0, 1000000, 1);
	exit(0);
}
