/*
 * SPDX-License-Identifier: MIT
 * stringof needs an address.
 * at: 10:6
 */
struct { int a; } s;

BEGIN
{
	x = stringof(s);
	exit(0);
}
