/*
 * SPDX-License-Identifier: MIT
 * A bit-field has no offset in bytes.
 * at: 10:6
 */
struct s { int a : 3; };

BEGIN
{
	x = offsetof(struct s, a);
	exit(0);
}
