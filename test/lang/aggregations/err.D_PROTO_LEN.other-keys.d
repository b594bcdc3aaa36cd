/*
 * SPDX-License-Identifier: MIT
 * All uses of an aggregation have as many keys.
 * at: 9:2
 */
BEGIN
{
	@a[1] = count();
	@a = count();
	exit(0);
}
