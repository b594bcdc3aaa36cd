/*
 * SPDX-License-Identifier: MIT
 * The size of an array is a constant.
 * at: 7:7
 */
int n;
int a[n];
BEGIN { exit(0); }
