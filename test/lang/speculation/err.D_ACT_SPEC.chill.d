/*
 * SPDX-License-Identifier: MIT
 * Nothing destructive follows speculate().
 * args: -qw
 * at: 10:2
 */
BEGIN
{
	speculate(1);
	chill(1);
	exit(0);
}
