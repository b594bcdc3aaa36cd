/*
 * SPDX-License-Identifier: MIT
 * An associative array is not clause-local.
 * at: 6:1
 */
this int x[int];
BEGIN { exit(0); }
