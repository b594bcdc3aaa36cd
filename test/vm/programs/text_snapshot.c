// SPDX-License-Identifier: MIT
/*
 * The kernel's live text, byte by byte, read through /proc/kcore:
 *   text_snapshot save FILE       keeps the image's and the modules' text
 *   text_snapshot compare FILE    names the functions that differ by now; exits with 1 if there are any
 * Both print a hash. DTrace's own modules, and its tests', are left out. Modules that are gone are skipped. A jump label
 * of the image that has become exactly what the kernel's table says it may be is counted, but is no difference: the
 * kernel switches them itself, some at the first SYN cookie, some when the network is used first.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_RANGES 128
#define MAX_SYMBOLS 400000

struct range {
	char name[64];
	uint64_t begin, end;
};

struct symbol {
	uint64_t addr;
	char *name;
};

static struct range ranges[MAX_RANGES];
static unsigned int nr_ranges;
/* As include/linux/jump_label.h has it where addresses are relative; here they are absolute. */
struct label {
	uint64_t code, target;
};

static struct label *labels;
static unsigned int nr_labels, nr_switched;
static uint64_t labels_begin, labels_end;
static struct symbol *symbols;
static unsigned int nr_symbols;
static int kcore;
static Elf64_Phdr headers[256];
static unsigned int nr_headers;

static void fail(const char *what)
{
	fprintf(stderr, "text_snapshot: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static struct range *range_named(const char *name)
{
	for (unsigned int i = 0; i < nr_ranges; i++) {
		if (!strcmp(ranges[i].name, name))
			return &ranges[i];
	}
	return NULL;
}

/* Where a module lies that stays: what it needs only while it is loaded lies elsewhere, and may be listed still. */
static int is_in_module(const char *wanted, uint64_t addr)
{
	static char name[64];
	static unsigned long long begin, size;
	char line[1024];
	FILE *file;

	/* Symbols come module by module. */
	if (strcmp(name, wanted)) {
		file = fopen("/proc/modules", "r");
		begin = size = 0;
		while (file && !size && fgets(line, sizeof(line), file)) {
			if (sscanf(line, "%63s %llu %*s %*s %*s %llx", name, &size, &begin) != 3 ||
			    strcmp(name, wanted))
				size = 0;
		}
		if (file)
			fclose(file);
		snprintf(name, sizeof(name), "%s", wanted);
	}
	return addr >= begin && addr < begin + size;
}

static void find_ranges(void)
{
	char line[1024], name[512], module[64], type;
	unsigned long long addr;
	FILE *file = fopen("/proc/kallsyms", "r");

	if (!file)
		fail("/proc/kallsyms");
	symbols = calloc(MAX_SYMBOLS, sizeof(*symbols));
	strcpy(ranges[nr_ranges++].name, "vmlinux");
	while (fgets(line, sizeof(line), file)) {
		int fields = sscanf(line, "%llx %c %511s [%63[^]]]", &addr, &type, name, module);
		struct range *range;

		if (fields == 3 && !strcmp(name, "__start___jump_table"))
			labels_begin = addr;
		if (fields == 3 && !strcmp(name, "__stop___jump_table"))
			labels_end = addr;
		if (fields < 3 || (type != 't' && type != 'T') || nr_symbols == MAX_SYMBOLS)
			continue;
		if (fields == 3)
			strcpy(module, "vmlinux");
		if (!strncmp(module, "dtrace", 6) || !strncmp(module, "dtest", 5))
			continue;
		/* Programs that the kernel compiled come and go. */
		if (!strcmp(module, "bpf") || !strncmp(module, "__builtin", 9))
			continue;
		if (fields == 4 && !is_in_module(module, addr))
			continue;
		symbols[nr_symbols].addr = addr;
		symbols[nr_symbols++].name = strdup(name);
		range = range_named(module);
		if (!range) {
			if (nr_ranges == MAX_RANGES)
				continue;
			range = &ranges[nr_ranges++];
			strcpy(range->name, module);
			range->begin = range->end = addr;
		}
		if (fields == 3) {
			if (!strcmp(name, "_stext"))
				range->begin = addr;
			if (!strcmp(name, "_etext"))
				range->end = addr;
			continue;
		}
		if (addr < range->begin)
			range->begin = addr;
		if (addr > range->end)
			range->end = addr;
	}
	fclose(file);
	qsort(symbols, nr_symbols, sizeof(*symbols), by_address);
	if (!ranges[0].begin || ranges[0].end <= ranges[0].begin) {
		errno = ENOENT;
		fail("_stext and _etext");
	}
}

static void open_kcore(void)
{
	Elf64_Ehdr head;

	kcore = open("/proc/kcore", O_RDONLY);
	if (kcore < 0 || read(kcore, &head, sizeof(head)) != sizeof(head))
		fail("/proc/kcore");
	nr_headers = head.e_phnum < 256 ? head.e_phnum : 256;
	if (pread(kcore, headers, nr_headers * sizeof(headers[0]), head.e_phoff) !=
	    (ssize_t)(nr_headers * sizeof(headers[0])))
		fail("/proc/kcore");
}

static void read_text(const struct range *range, unsigned char *to)
{
	uint64_t size = range->end - range->begin;

	for (unsigned int i = 0; i < nr_headers; i++) {
		const Elf64_Phdr *h = &headers[i];
		uint64_t done = 0;

		if (h->p_type != PT_LOAD || range->begin < h->p_vaddr || range->end > h->p_vaddr + h->p_memsz)
			continue;
		while (done < size) {
			ssize_t got = pread(kcore, to + done, size - done,
					    h->p_offset + (range->begin - h->p_vaddr) + done);

			if (got <= 0)
				fail("/proc/kcore");
			done += got;
		}
		return;
	}
	errno = EFAULT;
	fail(range->name);
}

static int by_code(const void *a, const void *b)
{
	const struct label *x = a, *y = b;

	return x->code < y->code ? -1 : x->code > y->code;
}

static void read_labels(void)
{
	const struct range range = { "the jump labels", labels_begin, labels_end };
	struct entry {
		int32_t code, target;
		int64_t key;
	} *table = malloc(labels_end - labels_begin + 1);

	nr_labels = (labels_end - labels_begin) / sizeof(*table);
	if (!nr_labels)
		return;
	read_text(&range, (unsigned char *)table);
	labels = calloc(nr_labels, sizeof(*labels));
	for (unsigned int i = 0; i < nr_labels; i++) {
		uint64_t at = labels_begin + i * sizeof(*table);

		labels[i].code = at + table[i].code;
		labels[i].target = at + 4 + table[i].target;
	}
	free(table);
	qsort(labels, nr_labels, sizeof(*labels), by_code);
}

/* Bytes of a label's instruction in one of its two forms; 0 = something else. */
static unsigned int label_length(const struct label *label, const unsigned char *text)
{
	int64_t away = label->target - label->code;
	int32_t far;

	memcpy(&far, text + 1, 4);
	if (!memcmp(text, "\x66\x90", 2) || (text[0] == 0xeb && (int8_t)text[1] == away - 2))
		return 2;
	return !memcmp(text, "\x0f\x1f\x44\x00\x00", 5) || (text[0] == 0xe9 && far == away - 5) ? 5 : 0;
}

/* The last byte of the label that was switched, if that is why the byte at @i differs; else 0. */
static uint64_t switched_label(const struct range *range, const unsigned char *then, const unsigned char *now, uint64_t i)
{
	uint64_t addr = range->begin + i;
	unsigned int low = 0, high = nr_labels;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (labels[middle].code + 5 <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < nr_labels && labels[low].code <= addr; low++) {
		uint64_t at = labels[low].code - range->begin;
		unsigned int length;

		if (labels[low].code < range->begin || labels[low].code + 5 > range->end)
			continue;
		length = label_length(&labels[low], now + at);
		if (length == label_length(&labels[low], then + at) && i < at + length)
			return at + length - 1;
	}
	return 0;
}

static uint64_t hash_of(const unsigned char *text, uint64_t size)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	for (uint64_t i = 0; i < size; i++)
		hash = (hash ^ text[i]) * 0x100000001b3ull;
	return hash;
}

static const struct symbol *symbol_at(uint64_t addr)
{
	unsigned int low = 0, high = nr_symbols;

	while (low + 1 < high) {
		unsigned int middle = (low + high) / 2;

		if (symbols[middle].addr <= addr)
			low = middle;
		else
			high = middle;
	}
	return &symbols[low];
}

static unsigned int show_differences(const struct range *range, const unsigned char *then,
				     const unsigned char *now)
{
	uint64_t size = range->end - range->begin;
	unsigned int nr = 0;
	static unsigned int nr_shown;

	for (uint64_t i = 0; i < size; i++) {
		const struct symbol *symbol;
		uint64_t end;

		if (then[i] == now[i])
			continue;
		end = switched_label(range, then, now, i);
		if (end) {
			nr_switched++;
			i = end;
			continue;
		}
		symbol = symbol_at(range->begin + i);
		nr++;
		if (nr_shown++ < 20) {
			printf("differs: %s:%s+0x%llx then", range->name, symbol->name,
			       (unsigned long long)(range->begin + i - symbol->addr));
			for (uint64_t j = i; j < i + 6 && j < size; j++)
				printf(" %02x", then[j]);
			printf(" now");
			for (uint64_t j = i; j < i + 6 && j < size; j++)
				printf(" %02x", now[j]);
			printf("\n");
		}
		i += 5;
	}
	return nr;
}

int main(int argc, char **argv)
{
	unsigned int differences = 0, compared = 0;
	uint64_t hash = 0, bytes = 0;
	struct range range;
	FILE *file;

	if (argc != 3 || (strcmp(argv[1], "save") && strcmp(argv[1], "compare"))) {
		fprintf(stderr, "usage: text_snapshot save|compare FILE\n");
		return 2;
	}
	find_ranges();
	open_kcore();
	read_labels();
	file = fopen(argv[2], argv[1][0] == 's' ? "w" : "r");
	if (!file)
		fail(argv[2]);
	for (unsigned int i = 0; argv[1][0] == 's' && i < nr_ranges; i++) {
		uint64_t size = ranges[i].end - ranges[i].begin;
		unsigned char *text = malloc(size + 1);

		read_text(&ranges[i], text);
		fwrite(&ranges[i], sizeof(ranges[i]), 1, file);
		fwrite(text, 1, size, file);
		hash = hash * 31 + hash_of(text, size);
		bytes += size;
		compared++;
		free(text);
	}
	while (argv[1][0] == 'c' && fread(&range, sizeof(range), 1, file) == 1) {
		const struct range *still = range_named(range.name);
		uint64_t size = range.end - range.begin;
		unsigned char *then = malloc(size + 1), *now = malloc(size + 1);

		if (fread(then, 1, size, file) != size)
			fail(argv[2]);
		/* Unloaded, or loaded again elsewhere. */
		if (still && still->begin == range.begin && still->end == range.end) {
			read_text(&range, now);
			differences += show_differences(&range, then, now);
			hash = hash * 31 + hash_of(now, size);
			bytes += size;
			compared++;
		}
		free(then);
		free(now);
	}
	if (fclose(file) && argv[1][0] == 's')
		fail(argv[2]);
	printf("%u images, %llu bytes, hash %016llx", compared, (unsigned long long)bytes,
	       (unsigned long long)hash);
	if (argv[1][0] == 'c')
		printf(", %u jump labels switched, %u differences", nr_switched, differences);
	printf("\n");
	return differences != 0;
}
