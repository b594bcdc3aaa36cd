/*
 * SPDX-License-Identifier: MIT
 * trunc() needs an aggregation.
 * at: 8:8
 */
BEGIN
{
	trunc(1);
	exit(0);
}
