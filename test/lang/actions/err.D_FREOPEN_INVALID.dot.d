/*
 * SPDX-License-Identifier: MIT
 * freopen() does not open ".".
 * args: -qw
 * at: 9:10
 */
BEGIN
{
	freopen(".");
	exit(0);
}
