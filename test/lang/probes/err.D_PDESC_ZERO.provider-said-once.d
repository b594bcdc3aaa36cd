/*
 * SPDX-License-Identifier: MIT
 * A provider that is missing is one error, however many of its probes are named, and what their clauses would
 * have declared is none: the message is the only line that names a tag.
 * at: 8:1
 */

nosuch:::start
{
	self->ts = timestamp;
	seen = 1;
}

nosuch:::done
/self->ts/
{
	@t = quantize(timestamp - self->ts);
	self->ts = 0;
}

nosuch:m:f:other
{
	exit(1);
}

BEGIN
/self->ts && seen/
{
	exit(0);
}
