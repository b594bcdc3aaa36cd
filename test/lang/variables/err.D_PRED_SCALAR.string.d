/*
 * SPDX-License-Identifier: MIT
 * A predicate is scalar.
 * at: 7:2
 */
BEGIN
/execname/
{
	exit(0);
}
