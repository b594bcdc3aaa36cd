#!/usr/sbin/dtrace -s
/*
 * SPDX-License-Identifier: MIT
 * Comments and # lines may stand between any two tokens.
 */
#pragma ident "some text"
#pragma other compiler
BEGIN/* c *//* d */
/1/ // the predicate
{
# 40 "somewhere.d"
	trace( /* one */ 1 // two
	);
	exit(0);
}
