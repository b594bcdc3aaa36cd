/*
 * SPDX-License-Identifier: MIT
 * The format is not empty.
 * at: 8:9
 */
BEGIN
{
	printf("");
	exit(0);
}
