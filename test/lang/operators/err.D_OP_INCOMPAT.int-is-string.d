/*
 * SPDX-License-Identifier: MIT
 * A string is not assigned to an int.
 * at: 9:2
 */
BEGIN
{
	x = 1;
	x = "one";
	exit(0);
}
