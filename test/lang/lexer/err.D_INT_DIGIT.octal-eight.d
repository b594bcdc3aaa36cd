/*
 * SPDX-License-Identifier: MIT
 * A constant that begins with 0 is octal.
 * at: 8:8
 */
BEGIN
{
	trace(0128);
	exit(0);
}
