/*
 * SPDX-License-Identifier: MIT
 * A declared name has no scope.
 * at: 6:5
 */
int vmlinux`x;
BEGIN { exit(0); }
