/*
 * SPDX-License-Identifier: MIT
 * commit() comes before data is recorded.
 * at: 9:2
 */
BEGIN
{
	trace(1);
	commit(1);
	exit(0);
}
