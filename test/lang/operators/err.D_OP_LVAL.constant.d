/*
 * SPDX-License-Identifier: MIT
 * A constant cannot be assigned to.
 * at: 8:2
 */
BEGIN
{
	3 = 4;
	exit(0);
}
