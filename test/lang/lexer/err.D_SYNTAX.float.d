/*
 * SPDX-License-Identifier: MIT
 * D has no floating-point constants.
 * at: 8:8
 */
BEGIN
{
	trace(1.5);
	exit(0);
}
