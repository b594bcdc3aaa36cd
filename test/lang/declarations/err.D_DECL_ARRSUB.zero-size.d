/*
 * SPDX-License-Identifier: MIT
 * The size of an array is positive.
 * at: 6:7
 */
int a[0];
BEGIN { exit(0); }
