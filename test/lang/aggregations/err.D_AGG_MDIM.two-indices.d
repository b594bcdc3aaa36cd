/*
 * SPDX-License-Identifier: MIT
 * An aggregation has one list of keys.
 * at: 8:2
 */
BEGIN
{
	@a[1][2] = count();
	exit(0);
}
