/*
 * SPDX-License-Identifier: MIT
 * A pointer to a function is not dereferenced.
 * at: 10:6
 */
int (*f)(int);

BEGIN
{
	y = *f;
	exit(0);
}
