/*
 * SPDX-License-Identifier: MIT
 * Only members that the translator gives can be used.
 * at: 13:8
 */
struct in { int i; char c; };
struct out { int a; char *p; };
translator struct out < struct in *I > {
	a = I->i;
};
BEGIN
{
	trace(xlate <struct out *> ((struct in *)8)->p);
	exit(0);
}
