/*
 * SPDX-License-Identifier: MIT
 * A function is not a variable.
 * at: 8:8
 */
BEGIN
{
	trace(strlen);
	exit(0);
}
