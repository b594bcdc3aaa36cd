/*
 * SPDX-License-Identifier: MIT
 * Arguments are not named by position.
 * at: 8:9
 */
BEGIN
{
	printf("%1$d", 1);
	exit(0);
}
