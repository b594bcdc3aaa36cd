/*
 * SPDX-License-Identifier: MIT
 * Two basic types do not combine.
 * at: 6:1
 */
int char x;
BEGIN { exit(0); }
