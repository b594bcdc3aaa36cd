/*
 * SPDX-License-Identifier: MIT
 * A built-in variable is read-only.
 * at: 8:2
 */
BEGIN
{
	execname = "x";
	exit(0);
}
