/*
 * SPDX-License-Identifier: MIT
 * printa() shows aggregations only.
 * at: 8:9
 */
BEGIN
{
	printa(1);
	exit(0);
}
