/*
 * SPDX-License-Identifier: MIT
 * A stack is not kept in a variable.
 * at: 8:6
 */
BEGIN
{
	x = stack();
	exit(0);
}
