/*
 * SPDX-License-Identifier: MIT
 * Key types are not variable.
 * at: 6:6
 */
int x[int, ...];
BEGIN { exit(0); }
