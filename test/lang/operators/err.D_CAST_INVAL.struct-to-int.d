/*
 * SPDX-License-Identifier: MIT
 * A struct is not cast to an int.
 * at: 10:6
 */
struct { int a; } s;

BEGIN
{
	x = (int)s;
	exit(0);
}
