// SPDX-License-Identifier: GPL-2.0-only
/* 6.10: an allocator for executable memory of its own. */
#include <linux/execmem.h>

void *probe(size_t size);
void *probe(size_t size)
{
	return execmem_alloc(EXECMEM_BPF, size);
}
