/*
 * SPDX-License-Identifier: MIT
 * The keyword exists.
 * at: 6:1
 */
#pragma D nonsense x
BEGIN { exit(0); }
