/*
 * SPDX-License-Identifier: MIT
 * ++ of a pointer to void.
 * at: 9:2
 */
BEGIN
{
	p = (void *)8;
	p++;
	exit(0);
}
