/*
 * SPDX-License-Identifier: MIT
 * A kernel variable without a known type has an address only.
 * at: 9:8
 */

BEGIN
{
	trace(`root_mem_cgroup);
	exit(0);
}
