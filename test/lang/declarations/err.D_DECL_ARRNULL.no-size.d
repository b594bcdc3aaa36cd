/*
 * SPDX-License-Identifier: MIT
 * An array has a size or key types.
 * at: 6:7
 */
char a[];
BEGIN { exit(0); }
