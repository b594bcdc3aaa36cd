/*
 * SPDX-License-Identifier: MIT
 * A pointer to void has no next element.
 * at: 9:6
 */
BEGIN
{
	p = (void *)8;
	x = p + 1;
	exit(0);
}
