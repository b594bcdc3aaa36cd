/*
 * SPDX-License-Identifier: MIT
 * A bit-field has no size.
 * at: 10:6
 */
struct { int a : 3; } s;

BEGIN
{
	x = sizeof (s.a);
	exit(0);
}
