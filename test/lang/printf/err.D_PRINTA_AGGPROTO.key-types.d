/*
 * SPDX-License-Identifier: MIT
 * Aggregations shown together have keys of the same types.
 * at: 10:13
 */
BEGIN
{
	@a[1] = count();
	@b["x"] = count();
	printa(@a, @b);
	exit(0);
}
