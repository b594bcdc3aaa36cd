/*
 * SPDX-License-Identifier: MIT
 * A character constant ends on its line.
 * at: 8:8
 */
BEGIN
{
	trace('a
	);
	exit(0);
}
