/*
 * SPDX-License-Identifier: MIT
 * -> needs a pointer.
 * at: 10:6
 */
struct { int a; } s;

BEGIN
{
	x = s->a;
	exit(0);
}
