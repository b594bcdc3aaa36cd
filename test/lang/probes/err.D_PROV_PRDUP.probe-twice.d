/*
 * SPDX-License-Identifier: MIT
 * A provider has each probe once.
 * at: 8:2
 */
provider prov {
	probe go(int);
	probe go(char);
};
BEGIN { exit(0); }
