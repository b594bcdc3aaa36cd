/*
 * SPDX-License-Identifier: MIT
 * A struct is defined once.
 * at: 7:1
 */
struct s { int a; };
struct s { int b; };
BEGIN { exit(0); }
