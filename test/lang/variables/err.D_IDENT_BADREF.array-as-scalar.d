/*
 * SPDX-License-Identifier: MIT
 * An associative array needs keys.
 * at: 9:8
 */
BEGIN
{
	x[1] = 2;
	trace(x);
	exit(0);
}
