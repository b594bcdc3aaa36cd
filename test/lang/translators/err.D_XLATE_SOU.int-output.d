/*
 * SPDX-License-Identifier: MIT
 * The output of a translator is a struct.
 * at: 8:12
 */
struct in { int i; char c; };
struct out { int a; char *p; };
translator int < struct in *I > {
};
BEGIN { exit(0); }
