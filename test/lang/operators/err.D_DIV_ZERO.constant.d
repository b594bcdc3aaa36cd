/*
 * SPDX-License-Identifier: MIT
 * Division by the constant 0.
 * at: 8:6
 */
BEGIN
{
	x = pid / (4 - 4);
	exit(0);
}
