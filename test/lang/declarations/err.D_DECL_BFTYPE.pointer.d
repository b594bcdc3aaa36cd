/*
 * SPDX-License-Identifier: MIT
 * A bit-field is an integer.
 * at: 6:12
 */
struct s { char *a : 3; };
BEGIN { exit(0); }
