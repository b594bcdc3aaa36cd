/*
 * SPDX-License-Identifier: MIT
 * The value of an enumerator is a constant.
 * at: 7:14
 */
int n;
enum e { A = n };
BEGIN { exit(0); }
