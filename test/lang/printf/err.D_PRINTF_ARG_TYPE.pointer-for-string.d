/*
 * SPDX-License-Identifier: MIT
 * %s does not follow pointers.
 * at: 8:15
 */
BEGIN
{
	printf("%s", (char *)arg0);
	exit(0);
}
