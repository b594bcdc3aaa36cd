/*
 * SPDX-License-Identifier: MIT
 * chill() takes an integer.
 * at: 8:8
 */
BEGIN
{
	chill("long");
	exit(0);
}
