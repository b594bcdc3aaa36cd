/*
 * SPDX-License-Identifier: MIT
 * A scalar has no elements.
 * at: 9:8
 */
BEGIN
{
	x = 1;
	trace(x[0]);
	exit(0);
}
