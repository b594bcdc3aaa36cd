/*
 * SPDX-License-Identifier: MIT
 * char takes no length.
 * at: 6:1
 */
long char c;
BEGIN { exit(0); }
