/*
 * SPDX-License-Identifier: MIT
 * A variable is assigned before it is read.
 * at: 8:8
 */
BEGIN
{
	trace(nothing);
	exit(0);
}
