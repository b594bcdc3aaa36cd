/*
 * SPDX-License-Identifier: MIT
 * A bracket that is open in a predicate is not closed by its end.
 * at: 7:8
 */
BEGIN
/args[0/
{
	exit(0);
}
