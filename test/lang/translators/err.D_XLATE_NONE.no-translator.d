/*
 * SPDX-License-Identifier: MIT
 * There must be a translator.
 * at: 10:8
 */
struct in { int i; char c; };
struct out { int a; char *p; };
BEGIN
{
	trace(xlate <struct out *> ((struct in *)8)->a);
	exit(0);
}
