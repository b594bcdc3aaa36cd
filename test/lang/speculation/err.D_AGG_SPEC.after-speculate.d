/*
 * SPDX-License-Identifier: MIT
 * Nothing aggregates after speculate().
 * at: 9:2
 */
BEGIN
{
	speculate(1);
	@ = count();
	exit(0);
}
