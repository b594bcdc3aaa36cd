// SPDX-License-Identifier: MIT
/*
 * Counts firings of the probes that a pattern matches, with one @ = count() on every CPU, and says at the end
 * whether the sum of the counts is the number of firings:
 *   kcore_count PROVIDER MODULE FUNCTION NAME SECONDS     ("" matches everything; 0 s = until killed)
 * Prints "probes N firings N counted N lost N". Needs only dtrace.ko and the provider.
 */
#include <time.h>

#include "raw.h"

/* r1 = aggregation 0, r2 = frame + 64 (no key), r3 = shape 0, r4 = value, r5 = increment */
static struct bpf_insn count_insns[] = {
    PROLOGUE,      MOV_IMM(1, 0), MOV_REG(2, 7), ADD_IMM(2, 64),         MOV_IMM(3, 0),
    MOV_IMM(4, 0), MOV_IMM(5, 1), CALL(DTRACE_SUBR_AGG), MOV_IMM(0, 1), EXIT(),
};

static const unsigned char *maps[1024];

static __u64 take(int fd, int cpus, int *broken) {
  __u64 sum = 0;
  for (int cpu = 0; cpu < cpus; cpu++) {
    struct dtrace_switch data = {.cpu = cpu, .kind = DTRACE_BUF_AGG};
    if (ioctl(fd, DTRACE_IOC_SWITCH, &data)) continue;
    for (__u64 at = 0; at < data.used;) {
      const struct dtrace_aggrec *rec = (const void *)(maps[cpu] + data.offset + at);
      if (rec->size < sizeof(*rec) + 8 || rec->agg != 0) {
        *broken = 1;
        break;
      }
      sum += *(const __u64 *)(rec + 1);
      at += rec->size;
    }
  }
  return sum;
}

int main(int argc, char **argv) {
  struct raw_request r;
  struct dtrace_go go;
  __u64 sum = 0;
  int broken = 0, error;

  if (argc != 6) {
    fprintf(stderr, "usage: kcore_count PROVIDER MODULE FUNCTION NAME SECONDS\n");
    return 2;
  }
  int fd = raw_open(), cpus = raw_nr_cpus(fd);
  time_t end = time(NULL) + atoi(argv[5]);
  raw_init(&r, 128);
  r.aggs[r.enable.nr_aggs++] = (struct dtrace_agg){.func = DTRACE_AGG_COUNT, .data_size = 8};
  raw_bind(&r, raw_prog(&r, count_insns, NR(count_insns), 0, 0, 0), argv[1], argv[2], argv[3],
           argv[4]);
  if ((error = raw_enable(fd, &r))) {
    fprintf(stderr, "ENABLE: %s: %s", strerror(error), r.log);
    return 1;
  }
  for (int cpu = 0; cpu < cpus; cpu++) {
    maps[cpu] = raw_map(fd, cpu, DTRACE_BUF_AGG, 2 * r.enable.opt.aggsize);
    if (!maps[cpu]) {
      perror("mmap");
      return 1;
    }
  }
  if (ioctl(fd, DTRACE_IOC_GO, &go)) {
    perror("GO");
    return 1;
  }
  printf("tracing %u\n", r.enable.nr_ecbs);
  fflush(stdout);
  while (!atoi(argv[5]) || time(NULL) < end) {
    usleep(50000);
    sum += take(fd, cpus, &broken);
    raw_status(fd);
  }
  ioctl(fd, DTRACE_IOC_STOP, &go);
  sum += take(fd, cpus, &broken);
  struct dtrace_status status = raw_status(fd);
  printf("probes %u firings %llu counted %llu lost %llu refused %llu\n", r.enable.nr_ecbs,
         status.firings, sum, status.agg_drops, status.recursion_drops + status.nmi_drops);
  return broken || sum + status.agg_drops != status.firings || !status.firings;
}
