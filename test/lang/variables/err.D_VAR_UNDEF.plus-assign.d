/*
 * SPDX-License-Identifier: MIT
 * += needs a variable that exists.
 * at: 8:2
 */
BEGIN
{
	total += 1;
	exit(0);
}
