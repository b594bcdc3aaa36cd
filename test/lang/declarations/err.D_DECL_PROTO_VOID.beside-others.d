/*
 * SPDX-License-Identifier: MIT
 * void is the only parameter.
 * at: 6:7
 */
int f(void, int);
BEGIN { exit(0); }
