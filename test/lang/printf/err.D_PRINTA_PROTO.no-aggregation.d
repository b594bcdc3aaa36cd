/*
 * SPDX-License-Identifier: MIT
 * printa() has an aggregation.
 * at: 8:2
 */
BEGIN
{
	printa("%d");
	exit(0);
}
