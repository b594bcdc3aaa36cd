/*
 * SPDX-License-Identifier: MIT
 * trunc() of an aggregation that nothing assigns.
 * at: 8:8
 */
BEGIN
{
	trunc(@a);
	exit(0);
}
