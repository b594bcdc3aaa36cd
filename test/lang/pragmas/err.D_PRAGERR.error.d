/*
 * SPDX-License-Identifier: MIT
 * #pragma D error stops the compiler.
 * at: 6:1
 */
#pragma D error "not for this machine"
BEGIN { exit(0); }
