/*
 * SPDX-License-Identifier: MIT
 * tracemem() needs an address.
 * at: 10:11
 */
struct { int a; } s;

BEGIN
{
	tracemem(s, 4);
	exit(0);
}
