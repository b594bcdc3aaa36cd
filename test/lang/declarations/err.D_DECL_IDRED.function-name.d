/*
 * SPDX-License-Identifier: MIT
 * The name of a function cannot be a variable.
 * at: 6:1
 */
int strlen;
BEGIN { exit(0); }
