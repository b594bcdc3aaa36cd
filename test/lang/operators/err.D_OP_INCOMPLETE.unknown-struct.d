/*
 * SPDX-License-Identifier: MIT
 * The struct must be defined.
 * at: 8:6
 */
BEGIN
{
	x = ((struct never_defined_anywhere *)8)->a;
	exit(0);
}
