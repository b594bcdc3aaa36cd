/*
 * SPDX-License-Identifier: MIT
 * strtok() goes on right behind the last token, also with other delimiters, in later clauses and after a fault.
 */
self string never;

BEGIN
{
	printf("[%s]", strtok("k=v;l=w,,rest of it", "="));
	printf("[%s]", strtok(NULL, ";"));
}

BEGIN
{
	printf("[%s]", strtok(NULL, "="));
	printf("[%s]", strtok(NULL, ","));
	printf("[%s]", strtok(NULL, ";"));
	printf("[%s]\n", strtok(NULL, ","));
}

BEGIN
{
	printf("[%s]", strtok("a,b;c", ","));
}

BEGIN
{
	trace(strtok(NULL, stringof((char *)8)));
}

ERROR
{
	printf("[fault]");
}

BEGIN
{
	printf("[%s]", strtok(NULL, ";"));
	printf("[%s]", strtok(NULL, ""));
	printf("[%s]", strtok(self->never, ","));
	printf("[%s]\n", strtok(NULL, ","));
	exit(0);
}
