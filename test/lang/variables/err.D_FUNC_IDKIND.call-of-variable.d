/*
 * SPDX-License-Identifier: MIT
 * A variable is not called.
 * at: 9:2
 */
BEGIN
{
	x = 1;
	pid();
	exit(0);
}
