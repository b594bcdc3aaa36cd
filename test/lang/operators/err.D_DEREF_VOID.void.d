/*
 * SPDX-License-Identifier: MIT
 * A pointer to void leads to nothing known.
 * at: 9:6
 */
BEGIN
{
	p = (void *)8;
	y = *p;
	exit(0);
}
