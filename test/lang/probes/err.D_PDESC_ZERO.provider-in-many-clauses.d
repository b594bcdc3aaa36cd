/*
 * SPDX-License-Identifier: MIT
 * A provider that is not there is one error, however many clauses use it and what they make of its arguments.
 * at: 7:1
 * stderr: \A(?:(?!error:)[\s\S])*error:(?:(?!error:)[\s\S])*\Z
 */
nosuch:::open
{
	self->start = timestamp;
	self->name = args[0]->name;
	@opened[args[1]->path] = count();
}

nosuch:::close
/self->start/
{
	@time[self->name] = quantize(timestamp - self->start);
	total += args[2];
}

END
{
	printa(@time);
	printf("%d %s\n", total, self->name);
}
