/*
 * SPDX-License-Identifier: MIT
 * normalize() needs an aggregation.
 * at: 8:12
 */
BEGIN
{
	normalize(1, 2);
	exit(0);
}
