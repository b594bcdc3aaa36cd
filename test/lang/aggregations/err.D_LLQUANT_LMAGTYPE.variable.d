/*
 * SPDX-License-Identifier: MIT
 * The low magnitude is a constant.
 * at: 8:24
 */
BEGIN
{
	@ = llquantize(1, 10, pid, 3, 10);
	exit(0);
}
