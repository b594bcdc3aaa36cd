// SPDX-License-Identifier: GPL-2.0-only
/* Virtually contiguous memory made of large pages where there are some. Since 5.18, exported from the
 * beginning (under another name since 6.10).
 */
#include <linux/vmalloc.h>

void *probe(unsigned long bytes);
void *probe(unsigned long bytes)
{
	return vmalloc_huge(bytes, GFP_KERNEL);
}
