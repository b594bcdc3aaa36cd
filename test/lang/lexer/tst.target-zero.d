/*
 * SPDX-License-Identifier: MIT
 * Without -c and -p, $target is 0.
 */
BEGIN
{
	printf("%d [%s]\n", $target, $$target);
}

BEGIN
/pid == $target || progenyof($target)/
{
	printf("not reached\n");
}

BEGIN
{
	exit($target);
}
