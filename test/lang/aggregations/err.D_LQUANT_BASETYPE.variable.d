/*
 * SPDX-License-Identifier: MIT
 * The lower bound is a constant.
 * at: 8:19
 */
BEGIN
{
	@ = lquantize(1, pid, 10);
	exit(0);
}
