/*
 * SPDX-License-Identifier: MIT
 * The preprocessor needs option -C.
 * at: 6:1
 */
#define TWO 2
BEGIN
{
	trace(1);
	exit(0);
}
