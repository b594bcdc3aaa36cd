/*
 * SPDX-License-Identifier: MIT
 * A translator gives members that exist.
 * at: 9:2
 */
struct in { int i; char c; };
struct out { int a; char *p; };
translator struct out < struct in *I > {
	q = I->i;
};
BEGIN { exit(0); }
