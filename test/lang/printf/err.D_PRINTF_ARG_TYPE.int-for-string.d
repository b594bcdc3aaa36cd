/*
 * SPDX-License-Identifier: MIT
 * %s needs a string.
 * at: 8:15
 */
BEGIN
{
	printf("%s", 1);
	exit(0);
}
