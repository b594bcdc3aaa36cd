/*
 * SPDX-License-Identifier: MIT
 * A variable has one type.
 * at: 7:1
 */
int x;
char *x;
BEGIN { exit(0); }
