/*
 * SPDX-License-Identifier: MIT
 * The factor is a constant.
 * at: 8:20
 */
BEGIN
{
	@ = llquantize(1, pid, 0, 3, 10);
	exit(0);
}
