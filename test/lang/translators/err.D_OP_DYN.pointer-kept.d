/*
 * SPDX-License-Identifier: MIT
 * A pointer to translated data is not kept.
 * at: 13:6
 */
struct in { int i; char c; };
struct out { int a; char *p; };
translator struct out < struct in *I > {
	a = I->i;
};
BEGIN
{
	x = xlate <struct out *> ((struct in *)8);
	exit(0);
}
