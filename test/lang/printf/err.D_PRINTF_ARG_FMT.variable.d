/*
 * SPDX-License-Identifier: MIT
 * The format is a constant.
 * at: 8:9
 */
BEGIN
{
	printf(execname);
	exit(0);
}
