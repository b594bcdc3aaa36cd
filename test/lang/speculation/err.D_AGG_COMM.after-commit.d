/*
 * SPDX-License-Identifier: MIT
 * Nothing aggregates after commit().
 * at: 9:2
 */
BEGIN
{
	commit(1);
	@ = count();
	exit(0);
}
