/*
 * SPDX-License-Identifier: MIT
 * One run reports several mistakes, each in its place.
 * at: 9:6
 * stderr: :10:12: error(.|\n)*:14:14: error
 */
BEGIN
{
	x = ;
	printf("a";
	y = 1;
}

END { trace( ]); }
