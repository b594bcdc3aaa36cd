/*
 * SPDX-License-Identifier: MIT
 * The upper bound is a constant.
 * at: 8:22
 */
BEGIN
{
	@ = lquantize(1, 0, pid);
	exit(0);
}
