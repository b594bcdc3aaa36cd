/*
 * SPDX-License-Identifier: MIT
 * printa() of an aggregation that nothing assigns.
 * at: 8:9
 */
BEGIN
{
	printa(@a);
	exit(0);
}
