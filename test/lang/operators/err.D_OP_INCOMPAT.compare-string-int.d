/*
 * SPDX-License-Identifier: MIT
 * A string is not compared with an integer.
 * at: 8:6
 */
BEGIN
{
	x = execname == 1;
	exit(0);
}
