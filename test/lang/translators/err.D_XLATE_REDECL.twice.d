/*
 * SPDX-License-Identifier: MIT
 * There is one translator for a pair of types.
 * at: 11:1
 */
struct in { int i; char c; };
struct out { int a; char *p; };
translator struct out < struct in *I > {
	a = I->i;
};
translator struct out < struct in *J > {
	a = J->i;
};
BEGIN { exit(0); }
