/*
 * SPDX-License-Identifier: MIT
 * A bit-field fits its type.
 * at: 6:12
 */
struct s { short a : 17; };
BEGIN { exit(0); }
