/*
 * SPDX-License-Identifier: MIT
 * The probe exists.
 * at: 6:1
 */
no_such_provider:::start
{
	exit(0);
}
