/*
 * SPDX-License-Identifier: MIT
 * The size of an array fits an int.
 * at: 6:7
 */
int a[3000000000];
BEGIN { exit(0); }
