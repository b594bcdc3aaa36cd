/*
 * SPDX-License-Identifier: MIT
 * A thread-local variable is assigned before it is read.
 * at: 8:8
 */
BEGIN
{
	trace(self->nothing);
	exit(0);
}
