/*
 * SPDX-License-Identifier: MIT
 * trace() does not show aggregations.
 * at: 9:8
 */
BEGIN
{
	@a = count();
	trace(@a);
	exit(0);
}
