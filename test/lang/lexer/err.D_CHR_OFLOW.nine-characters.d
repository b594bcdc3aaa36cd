/*
 * SPDX-License-Identifier: MIT
 * A character constant holds at most eight characters.
 * at: 8:8
 */
BEGIN
{
	trace('123456789');
	exit(0);
}
