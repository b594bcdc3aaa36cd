/*
 * SPDX-License-Identifier: MIT
 * A provider is declared once.
 * at: 9:1
 */
provider prov {
	probe go(int);
};
provider prov {
	probe stop(int);
};
BEGIN { exit(0); }
