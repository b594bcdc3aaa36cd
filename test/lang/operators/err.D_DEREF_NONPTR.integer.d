/*
 * SPDX-License-Identifier: MIT
 * * needs a pointer.
 * at: 9:6
 */
BEGIN
{
	x = 8;
	y = *x;
	exit(0);
}
