/*
 * SPDX-License-Identifier: MIT
 * A called function exists.
 * at: 8:2
 */
BEGIN
{
	no_such_function(1);
	exit(0);
}
