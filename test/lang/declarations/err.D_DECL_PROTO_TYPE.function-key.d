/*
 * SPDX-License-Identifier: MIT
 * A function is not a key type.
 * at: 6:7
 */
int x[int (int)];
BEGIN { exit(0); }
