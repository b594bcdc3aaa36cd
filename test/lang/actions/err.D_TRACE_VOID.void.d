/*
 * SPDX-License-Identifier: MIT
 * trace() needs a value.
 * at: 8:8
 */
BEGIN
{
	trace(bcopy(alloca(1), alloca(1), 1));
	exit(0);
}
