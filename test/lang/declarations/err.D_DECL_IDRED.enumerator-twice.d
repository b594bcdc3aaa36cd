/*
 * SPDX-License-Identifier: MIT
 * Two enums do not share an enumerator.
 * at: 7:16
 */
enum a { RED };
enum b { BLUE, RED };
BEGIN { exit(0); }
