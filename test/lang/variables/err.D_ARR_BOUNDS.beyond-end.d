/*
 * SPDX-License-Identifier: MIT
 * A constant index is inside the array.
 * at: 10:2
 */
int a[3];

BEGIN
{
	a[3] = 1;
	exit(0);
}
