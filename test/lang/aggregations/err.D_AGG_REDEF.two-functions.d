/*
 * SPDX-License-Identifier: MIT
 * An aggregation has one function.
 * at: 9:7
 */
BEGIN
{
	@a = count();
	@a = sum(1);
	exit(0);
}
