/*
 * SPDX-License-Identifier: MIT
 * A constant has no address.
 * at: 8:6
 */
BEGIN
{
	x = &3;
	exit(0);
}
