/*
 * SPDX-License-Identifier: MIT
 * Operators bind as in C, and ^^ between && and ||.
 */
BEGIN
{
	printf("%d %d %d\n", 2 + 3 * 4, 20 - 5 - 3, 2 << 1 + 1);
	printf("%d %d %d\n", 1 | 6 & 3, 5 ^ 1 == 1, !0 + 1);
	printf("%d %d %d\n", 1 || 1 ^^ 1, 1 ^^ 1 && 0, 0 ^^ 0);
	printf("%d %d\n", 0 ? 1 : 0 ? 2 : 3, (1, 2));
	x = y = 3;
	x += y -= 1;
	printf("%d %d %d\n", x, y, - -x);
	printf("%d %d\n", (int)3 + 1, sizeof (int) * 2);
	exit(0);
}
