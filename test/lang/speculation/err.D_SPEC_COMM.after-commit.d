/*
 * SPDX-License-Identifier: MIT
 * speculate() does not follow commit().
 * at: 9:2
 */
BEGIN
{
	commit(1);
	speculate(1);
	exit(0);
}
