/*
 * SPDX-License-Identifier: MIT
 * . needs a struct.
 * at: 10:6
 */
struct s { int a; } *p;

BEGIN
{
	x = p.a;
	exit(0);
}
