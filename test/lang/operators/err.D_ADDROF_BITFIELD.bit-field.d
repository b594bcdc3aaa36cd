/*
 * SPDX-License-Identifier: MIT
 * A bit-field has no address.
 * at: 10:6
 */
struct { int a : 3; } s;

BEGIN
{
	p = &s.a;
	exit(0);
}
