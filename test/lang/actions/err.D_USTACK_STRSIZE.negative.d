/*
 * SPDX-License-Identifier: MIT
 * ustack() takes a positive string size.
 * at: 8:12
 */
BEGIN
{
	ustack(3, -1);
	exit(0);
}
