/*
 * SPDX-License-Identifier: MIT
 * An associative array is not clause-local.
 * at: 8:2
 */
BEGIN
{
	this->x["a"] = 1;
	exit(0);
}
