/*
 * SPDX-License-Identifier: MIT
 * The format does not end inside a conversion.
 * at: 8:9
 */
BEGIN
{
	printf("%-3", 1);
	exit(0);
}
