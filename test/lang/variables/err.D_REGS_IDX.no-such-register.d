/*
 * SPDX-License-Identifier: MIT
 * uregs[] has the registers of the CPU.
 * at: 8:14
 */
BEGIN
{
	trace(uregs[400]);
	exit(0);
}
