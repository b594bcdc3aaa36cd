/*
 * SPDX-License-Identifier: MIT
 * A shown argument comes from a translator.
 * at: 8:2
 */
struct out { int a; };
provider prov {
	probe go(int x) : (struct out x);
};
BEGIN { exit(0); }
