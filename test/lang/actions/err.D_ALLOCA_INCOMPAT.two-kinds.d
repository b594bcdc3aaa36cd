/*
 * SPDX-License-Identifier: MIT
 * A variable holds scratch pointers or others.
 * at: 9:2
 */
BEGIN
{
	p = (char *)alloca(8);
	p = (char *)&`max_pfn;
	exit(0);
}
