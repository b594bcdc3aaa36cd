/*
 * SPDX-License-Identifier: MIT
 * The condition of if is scalar.
 * at: 10:6
 */
struct { int a; } s;

BEGIN
{
	if (s)
		trace(1);
	exit(0);
}
