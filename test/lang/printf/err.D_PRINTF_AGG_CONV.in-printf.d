/*
 * SPDX-License-Identifier: MIT
 * %@ is for printa().
 * at: 8:9
 */
BEGIN
{
	printf("%@d", 1);
	exit(0);
}
