/*
 * SPDX-License-Identifier: MIT
 * normalize() of an aggregation that nothing assigns.
 * at: 8:12
 */
BEGIN
{
	normalize(@a, 2);
	exit(0);
}
