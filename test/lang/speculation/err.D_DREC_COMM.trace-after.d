/*
 * SPDX-License-Identifier: MIT
 * No data is recorded after commit().
 * at: 9:2
 */
BEGIN
{
	commit(1);
	trace(1);
	exit(0);
}
