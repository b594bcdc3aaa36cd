/*
 * SPDX-License-Identifier: MIT
 * exit() does not follow speculate().
 * at: 9:2
 */
BEGIN
{
	speculate(1);
	exit(0);
}
