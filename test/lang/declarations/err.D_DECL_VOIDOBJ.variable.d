/*
 * SPDX-License-Identifier: MIT
 * There are no variables of type void.
 * at: 6:1
 */
void v;
BEGIN { exit(0); }
