/*
 * SPDX-License-Identifier: MIT
 * args[] mean the same in all probes of a clause.
 * at: 9:8
 */
syscall::write:entry,
syscall::read:return
{
	trace(args[1]);
	exit(0);
}
