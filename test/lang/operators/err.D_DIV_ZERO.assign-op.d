/*
 * SPDX-License-Identifier: MIT
 * Division by the constant 0 with /=.
 * at: 9:2
 */
BEGIN
{
	x = 1;
	x /= 0;
	exit(0);
}
