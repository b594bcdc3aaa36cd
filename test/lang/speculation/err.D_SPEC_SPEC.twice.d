/*
 * SPDX-License-Identifier: MIT
 * A clause speculates once.
 * at: 9:2
 */
BEGIN
{
	speculate(1);
	speculate(2);
	exit(0);
}
