/*
 * SPDX-License-Identifier: MIT
 * Integer and character constants of every base, suffix and escape.
 */
BEGIN
{
	printf("%d %d %d %d\n", 42, 0x2a, 052, 0b101010);
	printf("%d %u %d\n", 42L, 42ull, 0xffffffffffffffffLL);
	printf("%d %d %d %d\n", 'a', '\n', '\0', '\x4e');
	printf("%x %x\n", 'ab', 'abcd');
	printf("%d %d\n", sizeof (42), sizeof (0x100000000));
	exit(0);
}
