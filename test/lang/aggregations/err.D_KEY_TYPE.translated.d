/*
 * SPDX-License-Identifier: MIT
 * Translated data is not a key.
 * at: 8:5
 */
BEGIN
{
	@a[curpsinfo] = count();
	exit(0);
}
