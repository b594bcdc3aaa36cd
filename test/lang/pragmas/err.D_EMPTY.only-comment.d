/*
 * SPDX-License-Identifier: MIT
 * A program has a clause.
 * at: 7:1
 */
int x;
