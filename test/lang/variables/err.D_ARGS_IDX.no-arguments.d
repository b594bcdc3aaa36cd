/*
 * SPDX-License-Identifier: MIT
 * BEGIN has no typed arguments.
 * at: 8:8
 */
BEGIN
{
	trace(args[0]);
	exit(0);
}
