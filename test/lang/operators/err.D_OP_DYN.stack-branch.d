/*
 * SPDX-License-Identifier: MIT
 * A stack is not a branch of ?:.
 * at: 8:14
 */
BEGIN
{
	trace(pid ? stack() : stack());
	exit(0);
}
