/*
 * SPDX-License-Identifier: MIT
 * Nothing is less stable than option amin.
 * at: 9:8
 */
#pragma D option amin=Stable/Stable/Common
BEGIN
{
	trace(`max_pfn);
	exit(0);
}
