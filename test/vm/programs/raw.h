/* SPDX-License-Identifier: MIT */
/*
 * Talking to /dev/dtrace without the compiler: hand-made programs, requests and the ioctls. For the guest's
 * test programs, which include it once.
 */
#ifndef DT_TEST_VM_RAW_H
#define DT_TEST_VM_RAW_H

#include <dtrace/dif.h>
#include <dtrace/uapi.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- instructions ---- */

#define RAW(c, d, s, o, i)                                                                         \
  ((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})
#define MOV_REG(d, s) RAW(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define MOV_IMM(d, i) RAW(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD_IMM(d, i) RAW(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define LD_DW(d, s, o) RAW(BPF_LDX | BPF_MEM | BPF_DW, d, s, o, 0)
#define ST_DW(d, s, o) RAW(BPF_STX | BPF_MEM | BPF_DW, d, s, o, 0)
#define ST_W(d, s, o) RAW(BPF_STX | BPF_MEM | BPF_W, d, s, o, 0)
#define CALL(n) RAW(BPF_JMP | BPF_CALL, 0, 0, 0, n)
#define JNE_IMM(d, i, o) RAW(BPF_JMP | BPF_JNE | BPF_K, d, 0, o, i)
#define EXIT() RAW(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define PROLOGUE MOV_REG(6, 1), LD_DW(7, 6, DTRACE_CTX_FRAME)
#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* ---- requests ---- */

#define RAW_MAX 32

struct raw_request {
  struct dtrace_enable enable;
  struct dtrace_prog progs[RAW_MAX];
  struct dtrace_bind binds[RAW_MAX];
  struct dtrace_key_shape shapes[RAW_MAX];
  struct dtrace_var vars[RAW_MAX];
  struct dtrace_agg aggs[RAW_MAX];
  char log[1024];
};

static inline __u64 raw_ptr(const void *p) { return (__u64)(unsigned long)p; }

static inline void raw_init(struct raw_request *r, unsigned int frame_size) {
  memset(r, 0, sizeof(*r));
  r->enable.size = sizeof(r->enable);
  r->enable.opt.bufsize = 65536;
  r->enable.opt.aggsize = 65536;
  r->enable.opt.strsize = 256;
  r->enable.opt.cpu = DTRACE_ALL_CPUS;
  r->enable.frame_size = frame_size;
  r->enable.progs = raw_ptr(r->progs);
  r->enable.binds = raw_ptr(r->binds);
  r->enable.shapes = raw_ptr(r->shapes);
  r->enable.vars = raw_ptr(r->vars);
  r->enable.aggs = raw_ptr(r->aggs);
  r->enable.nr_shapes = 1;
  r->enable.log = raw_ptr(r->log);
  r->enable.log_size = sizeof(r->log);
}

/* Adds a program and returns its index. rec_size 0 with is_record: a record without data. */
static inline unsigned int raw_prog(struct raw_request *r, const struct bpf_insn *insns,
                                    unsigned int nr, int is_record, unsigned int rec_offset,
                                    unsigned int rec_size) {
  struct dtrace_prog *prog = &r->progs[r->enable.nr_progs];
  prog->insns = raw_ptr(insns);
  prog->nr_insns = nr;
  prog->flags = is_record ? DTRACE_PROG_RECORD : 0;
  prog->rec_offset = rec_offset;
  prog->rec_size = rec_size;
  return r->enable.nr_progs++;
}

static inline struct dtrace_bind *raw_bind(struct raw_request *r, unsigned int prog,
                                           const char *prov, const char *mod, const char *func,
                                           const char *name) {
  struct dtrace_bind *bind = &r->binds[r->enable.nr_binds++];
  bind->prog = prog;
  snprintf(bind->pattern.prov, sizeof(bind->pattern.prov), "%s", prov);
  snprintf(bind->pattern.mod, sizeof(bind->pattern.mod), "%s", mod);
  snprintf(bind->pattern.func, sizeof(bind->pattern.func), "%s", func);
  snprintf(bind->pattern.name, sizeof(bind->pattern.name), "%s", name);
  return bind;
}

/* ---- checks ---- */

static int raw_failures;

static inline void raw_check(int is_ok, const char *format, ...) {
  va_list args;
  va_start(args, format);
  printf("%s ", is_ok ? "ok" : "not ok");
  vprintf(format, args);
  va_end(args);
  printf("\n");
  fflush(stdout);
  raw_failures += !is_ok;
}

static inline int raw_result(void) { return raw_failures ? 1 : 0; }

/* ---- the device ---- */

static inline int raw_open(void) {
  struct dtrace_version version = {.uapi = DTRACE_UAPI_VERSION, .dif = DTRACE_DIF_VERSION};
  int fd = open(DTRACE_DEVICE, O_RDWR | O_CLOEXEC);
  if (fd < 0) {
    perror(DTRACE_DEVICE);
    exit(2);
  }
  if (ioctl(fd, DTRACE_IOC_VERSION, &version)) {
    perror("DTRACE_IOC_VERSION");
    exit(2);
  }
  return fd;
}

/* Return: 0 or the errno; says why. */
static inline int raw_enable(int fd, struct raw_request *r) {
  if (!ioctl(fd, DTRACE_IOC_ENABLE, &r->enable)) return 0;
  return errno;
}

static inline int raw_nr_cpus(int fd) {
  struct dtrace_version version = {.uapi = DTRACE_UAPI_VERSION, .dif = DTRACE_DIF_VERSION};
  return ioctl(fd, DTRACE_IOC_VERSION, &version) ? -1 : (int)version.nr_cpus;
}

static inline const unsigned char *raw_map(int fd, unsigned int cpu, unsigned int kind,
                                           size_t bytes) {
  void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, DTRACE_MMAP_OFFSET(cpu, kind));
  return map == MAP_FAILED ? NULL : map;
}

static inline struct dtrace_status raw_status(int fd) {
  struct dtrace_status status = {0};
  if (ioctl(fd, DTRACE_IOC_STATUS, &status)) perror("DTRACE_IOC_STATUS");
  return status;
}

#endif /* DT_TEST_VM_RAW_H */
