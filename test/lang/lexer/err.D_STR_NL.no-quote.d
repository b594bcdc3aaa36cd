/*
 * SPDX-License-Identifier: MIT
 * A string ends on its line.
 * at: 8:8
 */
BEGIN
{
	trace("one
	two");
	exit(0);
}
