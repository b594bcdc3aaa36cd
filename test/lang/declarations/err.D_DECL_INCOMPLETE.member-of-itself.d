/*
 * SPDX-License-Identifier: MIT
 * A struct does not contain itself.
 * at: 6:12
 */
struct s { struct s inner; };
BEGIN { exit(0); }
