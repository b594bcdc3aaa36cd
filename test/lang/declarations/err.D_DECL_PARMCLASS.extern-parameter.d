/*
 * SPDX-License-Identifier: MIT
 * A parameter takes no storage class.
 * at: 6:7
 */
int f(extern int);
BEGIN { exit(0); }
