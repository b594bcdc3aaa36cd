/*
 * SPDX-License-Identifier: MIT
 * The kernel must have the symbol.
 * at: 8:7
 */
BEGIN
{
	x = &`no_such_symbol_anywhere;
	exit(0);
}
