/*
 * SPDX-License-Identifier: MIT
 * An aggregation is assigned an aggregating function.
 * at: 8:7
 */
BEGIN
{
	@a = 3;
	exit(0);
}
