/*
 * SPDX-License-Identifier: MIT
 * clear() needs an aggregation.
 * at: 8:8
 */
BEGIN
{
	clear(1);
	exit(0);
}
