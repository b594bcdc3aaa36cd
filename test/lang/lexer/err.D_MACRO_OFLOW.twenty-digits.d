/*
 * SPDX-License-Identifier: MIT
 * An argument used as an integer has 64 bits.
 * operands: 99999999999999999999
 * at: 9:8
 */
BEGIN
{
	trace($1);
	exit(0);
}
