/*
 * SPDX-License-Identifier: MIT
 * A * has an argument.
 * at: 8:2
 */
BEGIN
{
	printf("%*d");
	exit(0);
}
