/*
 * SPDX-License-Identifier: MIT
 * alloca() within scratchsize.
 * at: 10:13
 */
#pragma D option scratchsize=1k

BEGIN
{
	p = alloca(2000);
	exit(0);
}
