/*
 * SPDX-License-Identifier: MIT
 * The condition of ?: is scalar.
 * at: 8:6
 */
BEGIN
{
	x = execname ? 1 : 2;
	exit(0);
}
