/*
 * SPDX-License-Identifier: MIT
 * D has no static variables.
 * at: 6:1
 */
static int x;
BEGIN { exit(0); }
