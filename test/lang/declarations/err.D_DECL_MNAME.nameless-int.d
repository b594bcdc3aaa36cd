/*
 * SPDX-License-Identifier: MIT
 * A member has a name.
 * at: 6:12
 */
struct s { int; };
BEGIN { exit(0); }
