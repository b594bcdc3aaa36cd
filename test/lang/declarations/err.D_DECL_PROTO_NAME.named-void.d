/*
 * SPDX-License-Identifier: MIT
 * A void parameter has no name.
 * at: 6:7
 */
int f(void v);
BEGIN { exit(0); }
