/*
 * SPDX-License-Identifier: MIT
 * Only a name is called.
 * at: 8:6
 */
BEGIN
{
	x = 3(4);
	exit(0);
}
