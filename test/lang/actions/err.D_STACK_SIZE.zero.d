/*
 * SPDX-License-Identifier: MIT
 * stack() takes a positive number of frames.
 * at: 8:8
 */
BEGIN
{
	stack(0);
	exit(0);
}
