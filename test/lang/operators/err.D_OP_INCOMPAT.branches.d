/*
 * SPDX-License-Identifier: MIT
 * The branches of ?: go together.
 * at: 8:6
 */
BEGIN
{
	x = pid ? "a" : 1;
	exit(0);
}
