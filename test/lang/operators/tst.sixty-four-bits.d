/*
 * SPDX-License-Identifier: MIT
 * Arithmetic keeps 64 bits until a cast or a store, in constants and at run time.
 */
int narrow;
BEGIN
{
	printf("%d %d %d\n", 5 * 1000000000, 100*1024*1024*1024, 1 << 40);
	this->ns = (uint64_t)1000;
	printf("%d %d\n", this->ns + 5 * 1000000000, ((uint64_t)3 << 40) & (1 << 40));
	this->int = (int)1000000000;
	printf("%d %d %d\n", this->int * 5, -this->int * 5, (int)(this->int * 5));
	printf("%d %d\n", this->int * 5 > this->int, (uint64_t)4999999999 < this->int * 5);
	narrow = this->int * 5;
	printf("%d\n", narrow);
	last = 0;
	last = this->ns << 40;
	printf("%d\n", last);
	printf("%hd %hhd %hx %ld %jd\n", 65537, 257, 0x12345, 1 << 40, 1 << 41);
	@[this->int * 5] = count();
	@[(int)(this->int * 5)] = count();
	exit(0);
}

tick-1s
/timestamp - timestamp > 5 * 1000000000/
{
	exit(1);
}
