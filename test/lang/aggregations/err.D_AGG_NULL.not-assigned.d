/*
 * SPDX-License-Identifier: MIT
 * An aggregation is not a statement.
 * at: 8:2
 */
BEGIN
{
	@a[pid];
	exit(0);
}
