/*
 * SPDX-License-Identifier: MIT
 * Aggregations shown together have as many keys.
 * at: 10:13
 */
BEGIN
{
	@a[1] = count();
	@b = count();
	printa(@a, @b);
	exit(0);
}
