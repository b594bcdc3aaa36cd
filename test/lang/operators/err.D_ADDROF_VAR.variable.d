/*
 * SPDX-License-Identifier: MIT
 * A D variable has no address.
 * at: 9:6
 */
BEGIN
{
	x = 1;
	p = &x;
	exit(0);
}
