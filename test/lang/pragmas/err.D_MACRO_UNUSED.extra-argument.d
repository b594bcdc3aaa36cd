/*
 * SPDX-License-Identifier: MIT
 * Every argument is used.
 * operands: spare
 * at: 1:1
 */
BEGIN { exit(0); }
