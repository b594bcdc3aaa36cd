/*
 * SPDX-License-Identifier: MIT
 * The lower bound fits 32 bits.
 * at: 8:19
 */
BEGIN
{
	@ = lquantize(1, -3000000000, 10);
	exit(0);
}
