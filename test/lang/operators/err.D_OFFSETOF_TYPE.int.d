/*
 * SPDX-License-Identifier: MIT
 * offsetof() needs a struct.
 * at: 8:6
 */
BEGIN
{
	x = offsetof(int, a);
	exit(0);
}
