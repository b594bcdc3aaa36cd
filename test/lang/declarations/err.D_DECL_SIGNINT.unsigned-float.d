/*
 * SPDX-License-Identifier: MIT
 * signed and unsigned need an integer type.
 * at: 6:1
 */
unsigned float f;
BEGIN { exit(0); }
