/*
 * SPDX-License-Identifier: MIT
 * speculate() comes before data is recorded.
 * at: 9:2
 */
BEGIN
{
	trace(1);
	speculate(1);
	exit(0);
}
