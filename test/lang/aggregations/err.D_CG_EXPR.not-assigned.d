/*
 * SPDX-License-Identifier: MIT
 * An aggregating function is assigned.
 * at: 8:2
 */
BEGIN
{
	count();
	exit(0);
}
