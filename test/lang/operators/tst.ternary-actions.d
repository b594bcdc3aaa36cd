/*
 * SPDX-License-Identifier: MIT
 * A ?: statement whose condition is a constant takes actions.
 */
inline int OPT_time = 1;
inline int OPT_name = 0;
BEGIN
{
	OPT_time ? printf("%-8s ", "TIME") : 1;
	OPT_name ? printf("%-8s ", "NAME") : 1;
	OPT_name ? printf("%s\n", execname) : OPT_time ? printf("%d\n", 5 + 5) : 0;
	OPT_time ? (@["counted"] = count()) : 1;
	OPT_name ? exit(7) : exit(0);
}
