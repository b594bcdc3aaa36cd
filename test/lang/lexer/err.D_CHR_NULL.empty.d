/*
 * SPDX-License-Identifier: MIT
 * A character constant holds at least one character.
 * at: 8:8
 */
BEGIN
{
	trace('');
	exit(0);
}
