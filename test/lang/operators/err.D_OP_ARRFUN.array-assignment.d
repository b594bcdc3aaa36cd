/*
 * SPDX-License-Identifier: MIT
 * Arrays are not assigned as a whole.
 * at: 11:2
 */
int a[3];
int b[3];

BEGIN
{
	a = b;
	exit(0);
}
