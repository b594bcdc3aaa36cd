/*
 * SPDX-License-Identifier: MIT
 * - needs an integer.
 * at: 8:7
 */
BEGIN
{
	x = -curthread;
	exit(0);
}
