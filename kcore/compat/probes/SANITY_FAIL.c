// SPDX-License-Identifier: GPL-2.0-only
/* Must fail: shows that an undeclared function is not taken for a feature. Any release. */
#include <linux/kernel.h>

int probe(void);
int probe(void)
{
	return this_function_is_declared_nowhere();
}
