/*
 * SPDX-License-Identifier: MIT
 * Attributes are known words.
 * at: 7:1
 */
inline int x = 1;
#pragma D attributes Solid/Stable/Common x
BEGIN { exit(0); }
