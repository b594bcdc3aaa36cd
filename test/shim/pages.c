// SPDX-License-Identifier: MIT
/*
 * Pages of the stand-in: they lie in a file without a name, and vmap() maps them side by side. Of several that were
 * allocated together each is freed on its own. That file only grows; tests are short.
 */
#include "os.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_VIEWS 256u

static int file = -1;
static long nr_offsets;
static struct {
	void *view;
	size_t bytes;
} views[MAX_VIEWS];

struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order)
{
	unsigned int nr = 1u << order, i;
	struct page *page = shim_alloc(nr * sizeof(*page), gfp);

	if (!page)
		return NULL;
	if (file < 0) {
		FILE *nameless = tmpfile();

		if (!nameless) {
			perror("shim: tmpfile");
			abort();
		}
		file = fileno(nameless);
	}
	page->nr_live = nr;
	for (i = 0; i < nr; i++) {
		page[i].first = page;
		page[i].offset = nr_offsets++;
	}
	if (ftruncate(file, nr_offsets * (long)PAGE_SIZE)) {
		perror("shim: ftruncate");
		abort();
	}
	return page;
}

void __free_page(struct page *page)
{
	if (!--page->first->nr_live)
		shim_free(page->first);
}

void *vmap(struct page **pages, unsigned int nr, unsigned long flags, int prot)
{
	size_t bytes = (size_t)nr * PAGE_SIZE;
	unsigned int i, slot = 0;
	void *mark = shim_alloc(1, GFP_KERNEL);
	char *view;

	if (!mark)
		return NULL;
	shim_free(mark);
	while (slot < MAX_VIEWS && views[slot].view)
		slot++;
	view = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (slot == MAX_VIEWS || view == MAP_FAILED) {
		fprintf(stderr, "shim: too many views\n");
		abort();
	}
	for (i = 0; i < nr; i++) {
		if (mmap(view + (size_t)i * PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, file, pages[i]->offset * (long)PAGE_SIZE) == MAP_FAILED) {
			perror("shim: mmap");
			abort();
		}
	}
	views[slot].view = view;
	views[slot].bytes = bytes;
	shim.nr_live++;
	return view;
}

void vunmap(const void *view)
{
	unsigned int slot = 0;

	while (slot < MAX_VIEWS && views[slot].view != view)
		slot++;
	if (slot == MAX_VIEWS) {
		fprintf(stderr, "shim: vunmap of what is no view\n");
		abort();
	}
	munmap(views[slot].view, views[slot].bytes);
	views[slot].view = NULL;
	shim.nr_live--;
}
