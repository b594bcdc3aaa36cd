/*
 * SPDX-License-Identifier: MIT
 * D has no loops.
 * at: 9:2
 * stderr: no loops
 */
BEGIN
{
	while (1)
		x++;
}
