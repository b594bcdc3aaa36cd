/*
 * SPDX-License-Identifier: MIT
 * A probe has at most 32 arguments.
 * at: 7:2
 */
provider prov {
	probe go(int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int);
};
BEGIN { exit(0); }
