/*
 * SPDX-License-Identifier: MIT
 * An action gives no value.
 * at: 8:6
 */
BEGIN
{
	x = trace(1);
	exit(0);
}
