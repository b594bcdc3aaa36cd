/*
 * SPDX-License-Identifier: MIT
 * ! needs a scalar.
 * at: 8:7
 */
BEGIN
{
	x = !execname;
	exit(0);
}
