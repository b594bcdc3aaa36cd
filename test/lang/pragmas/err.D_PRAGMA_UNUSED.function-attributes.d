/*
 * SPDX-License-Identifier: MIT
 * Attributes have no effect on a function.
 * at: 6:1
 */
#pragma D attributes Stable/Stable/Common strlen
BEGIN { exit(0); }
