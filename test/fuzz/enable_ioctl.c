// SPDX-License-Identifier: MIT
/*
 * Fuzzes the ENABLE ioctl, in the guest: takes a valid request, changes some bits or numbers at random, and enables it.
 * What is accepted is also started and stopped. Whatever happens, the kernel must survive.
 *   enable_ioctl [REQUESTS [SEED]]      default 20,000 requests; the seed is printed
 */
#include <stdint.h>
#include <time.h>

#include "raw.h"

static uint64_t seed;

static uint32_t rnd(void) {
  seed = seed * 6364136223846793005ull + 1442695040888963407ull;
  return (uint32_t)(seed >> 33);
}

static struct bpf_insn record_insns[] = {PROLOGUE, MOV_IMM(8, 7), ST_DW(7, 8, 64), MOV_IMM(0, 1),
                                         EXIT()};
static struct bpf_insn agg_insns[] = {
    PROLOGUE,      MOV_IMM(8, 7), ST_DW(7, 8, 64), MOV_IMM(1, 0), MOV_REG(2, 7),
    ADD_IMM(2, 64), MOV_IMM(3, 1), MOV_IMM(4, 9),  MOV_IMM(5, 1), CALL(DTRACE_SUBR_AGG),
    MOV_IMM(0, 0), EXIT(),
};
static struct bpf_insn var_insns[] = {
    PROLOGUE,      MOV_IMM(8, 7),  ST_DW(7, 8, 64), MOV_IMM(1, 1), MOV_REG(2, 7), ADD_IMM(2, 64),
    MOV_IMM(3, 1), MOV_IMM(4, 10), CALL(DTRACE_SUBR_AVAR_ST), MOV_IMM(1, 2),
    CALL(DTRACE_SUBR_BUILTIN), MOV_REG(9, 0), MOV_IMM(1, 0), MOV_REG(2, 9),
    CALL(DTRACE_SUBR_GVAR_ST), MOV_IMM(0, 1), EXIT(),
};
static struct bpf_insn insns[3][64];
static struct dtrace_key_comp comps[2];
static struct raw_request r;
static char strings[64];

static void build(void) {
  raw_init(&r, 256);
  memcpy(insns[0], record_insns, sizeof(record_insns));
  memcpy(insns[1], agg_insns, sizeof(agg_insns));
  memcpy(insns[2], var_insns, sizeof(var_insns));
  comps[0] = (struct dtrace_key_comp){.offset = 0, .size = 8};
  memset(strings, 0, sizeof(strings));
  r.enable.strtab = raw_ptr(strings);
  r.enable.strtab_size = sizeof(strings);
  r.enable.local_offset = 64;
  r.enable.local_size = 16;
  r.enable.nr_shapes = 2;
  r.shapes[1] = (struct dtrace_key_shape){.size = 8, .nr_comps = 1, .comps = raw_ptr(comps)};
  r.enable.nr_aggs = 1;
  r.aggs[0] = (struct dtrace_agg){.func = DTRACE_AGG_QUANTIZE,
                                  .data_size = 8 * DTRACE_QUANTIZE_NBUCKETS};
  r.enable.nr_vars = 2;
  r.vars[0] = (struct dtrace_var){.kind = DTRACE_VAR_GLOBAL, .size = 8};
  r.vars[1] = (struct dtrace_var){.kind = DTRACE_VAR_ASSOC, .size = 8, .shape = 1};
  raw_bind(&r, raw_prog(&r, insns[0], NR(record_insns), 1, 64, 8), "dtrace", "", "", "BEGIN");
  raw_bind(&r, raw_prog(&r, insns[1], NR(agg_insns), 0, 0, 0), "", "", "", "END");
  raw_bind(&r, raw_prog(&r, insns[2], NR(var_insns), 1, 64, 16), "dtrace", "", "", "B*");
}

/* Numbers that are on the edge of something. */
static uint64_t edge(void) {
  static const uint64_t edges[] = {0,          1,          7,          8,      63,         64,
                                   255,        256,        4095,       4096,   0x7fff,     0xffff,
                                   0x7fffffff, 0x80000000, 0xfffffff8, ~0ull,  1ull << 32, 1ull << 62,
                                   100,        16777216,   1048577,    65535};
  return rnd() % 3 ? edges[rnd() % NR(edges)] : (uint64_t)rnd() << 32 | rnd();
}

static void spoil(void *area, size_t bytes) {
  unsigned char *p = area;
  size_t at = rnd() % bytes;
  uint64_t value = edge();
  switch (rnd() % 4) {
    case 0:
      p[at] ^= 1u << rnd() % 8;
      return;
    case 1:
      p[at] = (unsigned char)value;
      return;
    case 2:
      at &= ~3ull;
      memcpy(p + at, &value, 4);
      return;
    default:
      at &= ~7ull;
      memcpy(p + at, &value, at + 8 <= bytes ? 8 : 4);
  }
}

static void spoil_something(void) {
  switch (rnd() % 10) {
    case 0:
      spoil(&r.enable, sizeof(r.enable));
      break;
    case 1:
      spoil(&r.enable.opt, sizeof(r.enable.opt));
      break;
    case 2:
      spoil(r.progs, 3 * sizeof(r.progs[0]));
      break;
    case 3:
      spoil(r.binds, 3 * sizeof(r.binds[0]));
      break;
    case 4:
      spoil(r.shapes, 2 * sizeof(r.shapes[0]));
      break;
    case 5:
      spoil(r.vars, 2 * sizeof(r.vars[0]));
      break;
    case 6:
      spoil(r.aggs, sizeof(r.aggs[0]));
      break;
    case 7:
      spoil(comps, sizeof(comps));
      break;
    default:
      spoil(insns[rnd() % 3], 17 * sizeof(struct bpf_insn));
  }
}

static void run_it(int fd) {
  struct dtrace_go go;
  int cpus = raw_nr_cpus(fd);
  if (ioctl(fd, DTRACE_IOC_GO, &go)) return;
  ioctl(fd, DTRACE_IOC_STOP, &go);
  for (int cpu = 0; cpu < cpus; cpu++) {
    for (unsigned kind = 0; kind < 2; kind++) {
      struct dtrace_switch data = {.cpu = (unsigned)cpu, .kind = kind};
      ioctl(fd, DTRACE_IOC_SWITCH, &data);
    }
  }
}

int main(int argc, char **argv) {
  long requests = argc > 1 ? atol(argv[1]) : 20000, accepted = 0;
  seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL);
  printf("seed %llu\n", (unsigned long long)seed);
  fflush(stdout);
  for (long i = 0; i < requests; i++) {
    int fd = raw_open();
    unsigned nr = rnd() % 4;
    build();
    /* Not too much memory for each: the guest is small and the run is long. */
    r.enable.opt.bufsize = 4096;
    r.enable.opt.aggsize = 16384;
    while (nr--) spoil_something();
    if (!raw_enable(fd, &r)) {
      accepted++;
      run_it(fd);
    }
    close(fd);
  }
  printf("%s enable_ioctl: %ld requests, %ld accepted\n", accepted ? "ok" : "not ok", requests,
         accepted);
  return !accepted;
}
