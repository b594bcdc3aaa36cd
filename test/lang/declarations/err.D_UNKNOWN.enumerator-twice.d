/*
 * SPDX-License-Identifier: MIT
 * An enum has each enumerator once.
 * at: 6:16
 */
enum e { A, B, A };
BEGIN { exit(0); }
