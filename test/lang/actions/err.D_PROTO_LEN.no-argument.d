/*
 * SPDX-License-Identifier: MIT
 * trace() takes one argument.
 * at: 8:2
 */
BEGIN
{
	trace();
	exit(0);
}
