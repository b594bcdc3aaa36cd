/*
 * SPDX-License-Identifier: MIT
 * A member is given a value of its type.
 * at: 9:2
 */
struct in { int i; char c; };
struct out { int a; char *p; };
translator struct out < struct in *I > {
	p = I->i;
};
BEGIN { exit(0); }
