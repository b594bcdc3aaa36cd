/*
 * SPDX-License-Identifier: MIT
 * The name of a provider ends in no digit.
 * at: 6:1
 */
provider prov1 {
	probe go(int);
};
BEGIN { exit(0); }
