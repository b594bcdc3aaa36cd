/*
 * SPDX-License-Identifier: MIT
 * clear() of an aggregation that nothing assigns.
 * at: 8:8
 */
BEGIN
{
	clear(@a);
	exit(0);
}
