/*
 * SPDX-License-Identifier: MIT
 * The value of an enumerator fits an int.
 * at: 6:26
 */
enum e { A = 0x7fffffff, B };
BEGIN { exit(0); }
