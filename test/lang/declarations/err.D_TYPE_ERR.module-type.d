/*
 * SPDX-License-Identifier: MIT
 * A type of a module must be there.
 * at: 8:14
 */
BEGIN
{
	x = sizeof (struct no_such_module`thing);
	exit(0);
}
