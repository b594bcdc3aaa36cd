/*
 * SPDX-License-Identifier: MIT
 * if and else, nested, with blocks and without; an else belongs to the nearest if.
 */
BEGIN
{
	x = 2;
	if (x == 1)
		printf("one\n");
	else if (x == 2) {
		printf("two\n");
		if (x > 5)
			printf("big\n");
		else
			printf("small\n");
	} else
		printf("other\n");
	if (0)
		if (1)
			printf("never\n");
		else
			printf("never either\n");
	;
	{
		printf("block\n");
	}
	exit(0)
}
