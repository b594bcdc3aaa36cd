/*
 * SPDX-License-Identifier: MIT
 * A macro argument has a value.
 * at: 8:8
 */
BEGIN
{
	trace($1);
	exit(0);
}
