/*
 * SPDX-License-Identifier: MIT
 * The probe exists: the function does not match.
 * at: 6:1
 */
syscall::no_such_call:entry
{
	exit(0);
}
