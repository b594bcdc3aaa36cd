/*
 * SPDX-License-Identifier: MIT
 * void takes no sign.
 * at: 6:1
 */
unsigned void *p;
BEGIN { exit(0); }
