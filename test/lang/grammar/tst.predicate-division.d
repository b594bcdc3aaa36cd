/*
 * SPDX-License-Identifier: MIT
 * A slash in a predicate divides unless the predicate ends there.
 */
BEGIN
{
	x = 12;
}

BEGIN
/x / 3 / 2 == 2/
{
	printf("divided\n");
}

BEGIN
/(x / 4) == 3 ? x / 2 : 0/
{
	printf("chosen\n");
}

BEGIN,
END,
/x/
{
	exit(0);
}
