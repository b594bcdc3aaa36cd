/*
 * SPDX-License-Identifier: MIT
 * void has no size.
 * at: 8:6
 */
BEGIN
{
	x = sizeof (void);
	exit(0);
}
