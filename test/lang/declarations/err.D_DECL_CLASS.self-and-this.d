/*
 * SPDX-License-Identifier: MIT
 * A declaration has one storage class.
 * at: 6:1
 */
this self int x;
BEGIN { exit(0); }
