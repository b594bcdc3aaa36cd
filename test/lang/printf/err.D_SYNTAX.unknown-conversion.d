/*
 * SPDX-License-Identifier: MIT
 * The conversion exists.
 * at: 8:9
 */
BEGIN
{
	printf("%z", 1);
	exit(0);
}
