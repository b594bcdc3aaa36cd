/*
 * SPDX-License-Identifier: MIT
 * Integer constants have 64 bits.
 * at: 8:8
 */
BEGIN
{
	trace(0x1ffffffffffffffff);
	exit(0);
}
