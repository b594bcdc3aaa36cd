/*
 * SPDX-License-Identifier: MIT
 * A struct definition without a semicolon runs into the next declaration.
 * at: 9:1
 */
struct a {
	int x;
}
struct b {
	int y;
};
BEGIN { exit(0); }
