/*
 * SPDX-License-Identifier: MIT
 * The high magnitude is a constant.
 * at: 8:27
 */
BEGIN
{
	@ = llquantize(1, 10, 0, pid, 10);
	exit(0);
}
