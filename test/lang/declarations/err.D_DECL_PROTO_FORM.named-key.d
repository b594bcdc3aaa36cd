/*
 * SPDX-License-Identifier: MIT
 * A key type has no name.
 * at: 6:7
 */
int x[int k];
BEGIN { exit(0); }
