/*
 * SPDX-License-Identifier: MIT
 * The size of tracemem() is a constant.
 * at: 8:22
 */
BEGIN
{
	tracemem(curthread, pid);
	exit(0);
}
