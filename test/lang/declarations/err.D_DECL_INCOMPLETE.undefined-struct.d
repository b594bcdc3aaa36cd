/*
 * SPDX-License-Identifier: MIT
 * A variable has a complete type.
 * at: 6:1
 */
struct never_defined_anywhere s;
BEGIN { exit(0); }
