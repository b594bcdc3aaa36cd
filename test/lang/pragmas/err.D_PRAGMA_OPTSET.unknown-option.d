/*
 * SPDX-License-Identifier: MIT
 * The option exists.
 * at: 6:1
 */
#pragma D option no_such_option
BEGIN { exit(0); }
