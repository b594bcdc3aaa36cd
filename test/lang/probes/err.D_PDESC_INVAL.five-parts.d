/*
 * SPDX-License-Identifier: MIT
 * A probe description has four parts.
 * at: 6:1
 */
a:b:c:d:e
{
	exit(0);
}
