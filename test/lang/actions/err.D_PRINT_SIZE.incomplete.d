/*
 * SPDX-License-Identifier: MIT
 * print() needs a type with a size.
 * at: 8:8
 */
BEGIN
{
	print((struct never_defined_anywhere *)8);
	exit(0);
}
