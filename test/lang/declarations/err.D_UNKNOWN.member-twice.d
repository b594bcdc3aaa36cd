/*
 * SPDX-License-Identifier: MIT
 * A member has a name of its own.
 * at: 6:19
 */
struct s { int a; char a; };
BEGIN { exit(0); }
