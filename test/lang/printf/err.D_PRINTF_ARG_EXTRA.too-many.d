/*
 * SPDX-License-Identifier: MIT
 * Every argument has a conversion.
 * at: 8:18
 */
BEGIN
{
	printf("%d", 1, 2);
	exit(0);
}
