/*
 * SPDX-License-Identifier: MIT
 * The index of args[] is a constant.
 * at: 9:13
 */
BEGIN
{
	i = 0;
	trace(args[i]);
	exit(0);
}
