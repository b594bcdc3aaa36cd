/*
 * SPDX-License-Identifier: MIT
 * The width of a bit-field is a constant.
 * at: 7:20
 */
int n;
struct s { int a : n; };
BEGIN { exit(0); }
