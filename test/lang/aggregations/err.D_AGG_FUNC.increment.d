/*
 * SPDX-License-Identifier: MIT
 * An aggregation is not changed with +=.
 * at: 8:2
 */
BEGIN
{
	@a += 1;
	exit(0);
}
