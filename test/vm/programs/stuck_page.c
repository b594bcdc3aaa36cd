// SPDX-License-Identifier: MIT
/*
 * stuck_page CALL: an ioctl of /dev/dtrace on memory that never comes: a page of userfaultfd that
 * nobody serves, as a dead file system in user space would have it. CALL is in the table below.
 * Prints "stuck" just before the call, and should then hang until it is killed; if the call
 * returns, says so and exits with 3.
 */
#include <linux/userfaultfd.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "raw.h"

static struct bpf_insn insns[] = {PROLOGUE, MOV_IMM(0, 1), EXIT()};

static void* missing_page(void) {
  size_t size = 1 << 20;
  struct uffdio_api api = {.api = UFFD_API};
  struct uffdio_register region = {.mode = UFFDIO_REGISTER_MODE_MISSING};
  int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
  void* at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  region.range.start = raw_ptr(at);
  region.range.len = size;
  if (fd < 0 || at == MAP_FAILED || ioctl(fd, UFFDIO_API, &api) ||
      ioctl(fd, UFFDIO_REGISTER, &region)) {
    perror("userfaultfd");
    exit(2);
  }
  return at;
}

/* ENABLE whose request lies in good memory, but for one part. */
static int enable_with(int fd, __u64 offset_of_part, void* page) {
  static struct raw_request r;
  raw_init(&r, 128);
  raw_bind(&r, raw_prog(&r, insns, NR(insns), 0, 0, 0), "dtrace", "", "", "BEGIN");
  *(__u64*)((char*)&r.enable + offset_of_part) = raw_ptr(page);
  return ioctl(fd, DTRACE_IOC_ENABLE, &r.enable);
}

int main(int argc, char** argv) {
  static const struct {
    const char* name;
    unsigned long number;
  } plain[] = {{"version", DTRACE_IOC_VERSION},  {"providers", DTRACE_IOC_PROVIDERS},
               {"match", DTRACE_IOC_MATCH},      {"argdesc", DTRACE_IOC_ARGDESC},
               {"enable", DTRACE_IOC_ENABLE},    {"epid", DTRACE_IOC_EPID},
               {"status", DTRACE_IOC_STATUS},    {"switch", DTRACE_IOC_SWITCH},
               {"progress", DTRACE_IOC_PROGRESS}};
  static const struct {
    const char* name;
    __u64 offset;
  } parts[] = {{"enable-progs", offsetof(struct dtrace_enable, progs)},
               {"enable-binds", offsetof(struct dtrace_enable, binds)},
               {"enable-log", offsetof(struct dtrace_enable, log)}};
  const char* call = argc > 1 ? argv[1] : "";
  int fd = raw_open(), rc = -2;
  void* page = missing_page();
  unsigned int i;

  printf("stuck\n");
  fflush(stdout);
  if (!strcmp(call, "match-descs")) {
    struct dtrace_match match = {.nr = 1000, .descs = raw_ptr(page)};
    rc = ioctl(fd, DTRACE_IOC_MATCH, &match);
  } else if (!strcmp(call, "providers-infos")) {
    struct dtrace_providers providers = {.nr = 100, .infos = raw_ptr(page)};
    rc = ioctl(fd, DTRACE_IOC_PROVIDERS, &providers);
  }
  for (i = 0; i < NR(plain); i++) {
    if (!strcmp(call, plain[i].name))
      rc = ioctl(fd, plain[i].number, page);
  }
  for (i = 0; i < NR(parts); i++) {
    if (!strcmp(call, parts[i].name))
      rc = enable_with(fd, parts[i].offset, page);
  }
  printf("%s returned %d: %s\n", call, rc, rc == -1 ? strerror(errno) : "not stuck");
  return 3;
}
