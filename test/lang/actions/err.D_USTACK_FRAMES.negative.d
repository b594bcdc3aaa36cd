/*
 * SPDX-License-Identifier: MIT
 * ustack() takes a positive number of frames.
 * at: 8:9
 */
BEGIN
{
	ustack(-3);
	exit(0);
}
