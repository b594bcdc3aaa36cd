// SPDX-License-Identifier: MIT
/*
 * Requests that lie: every way in which an ENABLE request can be wrong has a case, with the errno and the words that
 * the log must contain. Then the other ioctls, mmap and open. Exit status 1 if a case is not refused as it should.
 */
#include <limits.h>

#include "raw.h"

static struct bpf_insn good_insns[] = {PROLOGUE, MOV_IMM(0, 1), EXIT()};
static struct dtrace_key_comp comps[DTRACE_MAXKEYS + 1];
static struct raw_request r;
static int fd;

/* A request that is accepted; each case spoils one thing. */
static void fresh(void) {
  raw_init(&r, 256);
  raw_bind(&r, raw_prog(&r, good_insns, NR(good_insns), 1, 64, 8), "dtrace", "", "", "BEGIN");
  for (unsigned i = 0; i <= DTRACE_MAXKEYS; i++)
    comps[i] = (struct dtrace_key_comp){.kind = DTRACE_KEY_BYTES, .offset = 8 * i, .size = 8};
}

static void refused(const char *what, int error, const char *words) {
  int got = raw_enable(fd, &r);
  raw_check(got == error && strstr(r.log, words), "%s: %s; %.*s", what, strerror(got),
            (int)strcspn(r.log, "\n"), r.log);
  if (!got) {
    close(fd);
    fd = raw_open();
  }
}

static void options(void) {
  fresh(), r.enable.size--, refused("wrong size", EINVAL, "the request has");
  fresh(), r.enable.reserved = 1, refused("reserved member", EINVAL, "reserved");
  fresh(), r.enable.opt.kernel_destructive_rsvd = 1,
      refused("reserved option", EINVAL, "reserved");
  fresh(), r.enable.opt.firebudget_us = DTRACE_MAX_FIREBUDGET_US + 1;
  refused("firebudget beyond its limit", EINVAL, "firebudget is more than 10000 us");
  fresh(), r.enable.opt.bufpolicy = 3, refused("unknown policy", EINVAL, "bufpolicy");
  fresh(), r.enable.opt.cpu = 100000, refused("CPU that is not there", EINVAL, "no CPU 100000");
  fresh(), r.enable.opt.strsize = 4, refused("strsize too small", EINVAL, "strsize");
  fresh(), r.enable.opt.strsize = 2 << 20, refused("strsize too large", EINVAL, "strsize");
  fresh(), r.enable.opt.nspec = 1 << 30, refused("too many speculations", EINVAL, "nspec");
  fresh(), r.enable.opt.destructive = 2, refused("switch of 2", EINVAL, "neither 0 nor 1");
  fresh(), r.enable.opt.dynvarsize = 1ull << 50, refused("dynvarsize", EINVAL, "dynvarsize");
  fresh(), r.enable.opt.specsize = 1ull << 50, refused("specsize", EINVAL, "specsize");
  fresh(), r.enable.opt.scratchsize = 1ull << 50, refused("scratchsize", EINVAL, "scratchsize");
  fresh(), r.enable.opt.bufsize = 1ull << 62, r.enable.opt.bufresize_manual = 1;
  refused("huge bufsize, manual", EINVAL, "bufsize");
  fresh(), r.enable.opt.bufsize = 1ull << 30, r.enable.opt.bufresize_manual = 1;
  refused("bufsize over the memory, manual", ENOMEM, "no memory for buffers");
  fresh(), r.enable.frame_size = 8, refused("frame too small", EINVAL, "frame_size");
  fresh(), r.enable.frame_size = UINT_MAX, refused("frame too large", EINVAL, "frame_size");
  fresh(), r.enable.frame_size = 257, refused("odd frame", EINVAL, "frame_size");
  fresh(), r.enable.local_offset = 8, r.enable.local_size = 8;
  refused("locals in the header", EINVAL, "clause-local");
  fresh(), r.enable.local_offset = 64, r.enable.local_size = 0xfffffff8;
  refused("locals beyond the frame", EINVAL, "clause-local");
}

static void programs(void) {
  fresh(), r.enable.nr_progs = 0, refused("no programs", EINVAL, "no programs");
  fresh(), r.enable.nr_progs = UINT_MAX, refused("4 G programs", E2BIG, "too many programs");
  fresh(), r.enable.progs = 8, refused("programs at a bad address", EFAULT, "cannot be read");
  fresh(), r.enable.progs = ~0ull << 20, refused("programs in the kernel", EFAULT, "cannot be read");
  fresh(), r.progs[0].nr_insns = 0, refused("no instructions", EINVAL, "no instructions");
  fresh(), r.progs[0].nr_insns = 1 << 20, refused("too large", E2BIG, "program too large");
  fresh(), r.progs[0].insns = 0, refused("instructions at 0", EFAULT, "cannot be read");
  fresh(), r.progs[0].flags = 8, refused("unknown flag", EINVAL, "unknown flags");
  fresh(), r.progs[0].flags = DTRACE_PROG_DESTRUCTIVE;
  refused("destructive without the option", EPERM, "destructive");
  fresh(), r.progs[0].filter = DTRACE_FILTER(5u, 1), refused("unknown filter", EINVAL, "unknown filter");
  fresh(), r.progs[0].reserved = 1, refused("reserved word of a program", EINVAL, "unknown filter");
  fresh(), r.progs[0].rec_offset = 248, r.progs[0].rec_size = 16;
  refused("record beyond the frame", EINVAL, "record");
  fresh(), r.progs[0].rec_offset = 8, refused("record in the header", EINVAL, "record");
  fresh(), r.progs[0].rec_size = 0xfffffff8, refused("huge record", EINVAL, "record");
  struct bpf_insn loop[] = {PROLOGUE, RAW(BPF_JMP | BPF_JA, 0, 0, -1, 0), EXIT()};
  fresh(), r.progs[0].insns = raw_ptr(loop), r.progs[0].nr_insns = NR(loop);
  refused("a loop", EINVAL, "program 0");
  raw_check(r.enable.bad_prog == 0 && r.enable.bad_insn == 2, "its place: program %u, insn %u",
            r.enable.bad_prog, r.enable.bad_insn);
}

static void tables(void) {
  fresh(), r.enable.nr_binds = 0, refused("no descriptions", EINVAL, "no probe descriptions");
  fresh(), r.enable.nr_binds = UINT_MAX, refused("4 G descriptions", E2BIG, "too many");
  fresh(), r.binds[0].prog = 1, refused("program that is not there", EINVAL, "names a program");
  fresh(), r.binds[0].flags = 0x80000000, refused("unknown bind flag", EINVAL, "unknown flags");
  fresh(), memset(r.binds[0].pattern.func, 'x', sizeof(r.binds[0].pattern.func));
  refused("name without end", EINVAL, "no end");
  fresh(), strcpy(r.binds[0].pattern.name, "nothing"), refused("no such probe", ENOENT, "no probe");
  raw_check(r.enable.bad_bind == 0, "its place: bind %u", r.enable.bad_bind);
  fresh(), r.enable.nr_shapes = 0, refused("no empty key", EINVAL, "key shape 0");
  fresh(), r.shapes[0].size = 8, refused("shape 0 with a size", EINVAL, "key shape 0");
  fresh(), r.enable.nr_shapes = UINT_MAX, refused("4 G shapes", E2BIG, "too many");
  fresh(), r.enable.nr_shapes = 2;
  r.shapes[1] = (struct dtrace_key_shape){.size = 264, .nr_comps = 33, .comps = raw_ptr(comps)};
  refused("33 key components", EINVAL, "more than 32");
  fresh(), r.enable.nr_shapes = 2;
  r.shapes[1] = (struct dtrace_key_shape){.size = 16, .nr_comps = 1, .comps = raw_ptr(comps)};
  refused("key larger than its parts", EINVAL, "size");
  fresh(), r.enable.nr_shapes = 2, comps[1].offset = 24;
  r.shapes[1] = (struct dtrace_key_shape){.size = 32, .nr_comps = 2, .comps = raw_ptr(comps)};
  refused("key with a gap", EINVAL, "follow");
  fresh(), r.enable.nr_shapes = 2, comps[0].size = 0xfffffff8;
  r.shapes[1] = (struct dtrace_key_shape){.size = 8, .nr_comps = 1, .comps = raw_ptr(comps)};
  refused("huge key", EINVAL, "8 MiB");
  fresh(), r.enable.nr_shapes = 2, r.shapes[1].nr_comps = UINT_MAX;
  refused("4 G key components", EINVAL, "more than 32");
  fresh(), r.enable.nr_vars = 1, r.vars[0] = (struct dtrace_var){.kind = 9, .size = 8};
  refused("variable of an unknown kind", EINVAL, "unknown kind");
  fresh(), r.enable.nr_vars = 1, r.vars[0] = (struct dtrace_var){.size = 16};
  refused("scalar of 16 bytes", EINVAL, "not 8 bytes");
  fresh(), r.enable.nr_vars = 1, r.vars[0] = (struct dtrace_var){.kind = 2, .size = 8, .shape = 7};
  refused("variable with a shape that is not there", EINVAL, "key shape");
  fresh(), r.enable.nr_vars = 1;
  r.vars[0] = (struct dtrace_var){.flags = DTRACE_VAR_BYREF, .size = UINT_MAX};
  refused("variable of 4 G", EINVAL, "16 MiB");
  fresh(), r.enable.nr_aggs = 1, r.aggs[0] = (struct dtrace_agg){.func = 99, .data_size = 8};
  refused("unknown aggregation", EINVAL, "unknown function");
  fresh(), r.enable.nr_aggs = 1, r.aggs[0] = (struct dtrace_agg){.func = 1, .data_size = 7};
  refused("aggregation of 7 bytes", EINVAL, "impossible size");
  fresh(), r.enable.nr_aggs = UINT_MAX, refused("4 G aggregations", E2BIG, "too many");
  fresh(), r.enable.strtab = raw_ptr("abc"), r.enable.strtab_size = 3;
  refused("strings without end", EINVAL, "NUL");
  fresh(), r.enable.strtab_size = UINT_MAX, refused("4 G of strings", E2BIG, "too many");
}

static void other_calls(void) {
  char big[4096];
  struct dtrace_go go;
  struct dtrace_switch data = {.cpu = 0};
  struct dtrace_match match = {.nr = 1, .descs = 8};
  struct dtrace_argdesc arg = {.probe_id = 1u << 31};
  struct dtrace_version old = {.uapi = 99, .dif = DTRACE_DIF_VERSION};
  int other = open(DTRACE_DEVICE, O_RDWR);

  raw_check(ioctl(other, DTRACE_IOC_GO, &go) && errno == EPROTO, "no call before the version");
  raw_check(ioctl(other, DTRACE_IOC_VERSION, &old) && errno == EPROTO && old.uapi == 1,
            "another version is refused and told ours");
  raw_check(ioctl(other, DTRACE_IOC_VERSION, 8) && errno == EFAULT, "version at a bad address");
  close(other);
  raw_check(ioctl(fd, _IO('x', 1), big) && errno == ENOTTY, "unknown ioctl");
  raw_check(ioctl(fd, DTRACE_IOC_SWITCH, &data) && errno == EBUSY, "SWITCH before ENABLE");
  raw_check(ioctl(fd, DTRACE_IOC_GO, &go) && errno == EBUSY, "GO before ENABLE");
  raw_check(ioctl(fd, DTRACE_IOC_MATCH, &match) && errno == EFAULT, "MATCH into a bad address");
  memset(match.pattern.name, 'x', sizeof(match.pattern.name));
  raw_check(ioctl(fd, DTRACE_IOC_MATCH, &match) && errno == EINVAL, "MATCH without an end");
  raw_check(ioctl(fd, DTRACE_IOC_ARGDESC, &arg) && errno == ESRCH, "ARGDESC of no probe");
  raw_check(!raw_map(fd, 0, 0, 4096), "mmap before ENABLE");
  raw_check(read(fd, big, 1) < 0 && write(fd, big, 1) < 0, "read and write are not there");

  fresh();
  r.enable.log = 0, r.enable.log_size = 0;
  raw_check(!raw_enable(fd, &r), "the unspoilt request is accepted");
  raw_check(!raw_map(fd, 0, 7, 4096) && !raw_map(fd, 4000, 0, 4096), "mmap of what is not there");
  raw_check(!raw_map(fd, 0, 0, 1 << 30), "mmap of more than there is");
  raw_check(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED,
            "mmap for writing");
  void *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  raw_check(map != MAP_FAILED && mprotect(map, 4096, PROT_READ | PROT_WRITE),
            "nor can it be made writable");
  data.cpu = UINT_MAX;
  raw_check(ioctl(fd, DTRACE_IOC_SWITCH, &data) && errno == EINVAL, "SWITCH of no CPU");
  data.cpu = 0, data.kind = 5;
  raw_check(ioctl(fd, DTRACE_IOC_SWITCH, &data) && errno == EINVAL, "SWITCH of no buffer");
  close(fd);
  raw_check(*(volatile char *)map == 0, "a mapping outlives the descriptor");
  munmap(map, 4096);
}

int main(void) {
  fd = raw_open();
  options();
  programs();
  tables();
  other_calls();

  fd = raw_open();
  fresh(), r.enable.opt.bufsize = 1ull << 40;
  raw_check(!raw_enable(fd, &r) && r.enable.opt.bufsize < 1ull << 30,
            "a huge bufsize is reduced to %llu", r.enable.opt.bufsize);
  close(fd);
  return raw_result();
}
