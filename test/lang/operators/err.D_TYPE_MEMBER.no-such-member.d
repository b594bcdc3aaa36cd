/*
 * SPDX-License-Identifier: MIT
 * The struct has the member.
 * at: 10:6
 */
struct { int a; } s;

BEGIN
{
	x = s.b;
	exit(0);
}
