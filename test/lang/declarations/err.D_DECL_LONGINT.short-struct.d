/*
 * SPDX-License-Identifier: MIT
 * long and short need an integer type.
 * at: 6:1
 */
short struct { int a; } s;
BEGIN { exit(0); }
