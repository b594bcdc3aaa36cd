/*
 * SPDX-License-Identifier: MIT
 * An inline is read-only.
 * at: 10:2
 */
inline int limit = 3;

BEGIN
{
	limit = 4;
	exit(0);
}
