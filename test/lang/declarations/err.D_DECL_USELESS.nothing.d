/*
 * SPDX-License-Identifier: MIT
 * A declaration declares something.
 * at: 6:1
 */
extern unsigned int;
BEGIN { exit(0); }
