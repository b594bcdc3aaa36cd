/*
 * SPDX-License-Identifier: MIT
 * An action is not a branch of ?:.
 * at: 8:8
 */
BEGIN
{
	pid ? trace(1) : trace(2);
	exit(0);
}
