// SPDX-License-Identifier: MIT
/*
 * So many consumers at once, each of which wants buffers of so many MiB for each CPU and half:
 *   kcore_crowd CONSUMERS MIB
 * All are started; whoever is refused shows the reason. Then they run until their buffers have
 * grown. Exit status 1 if one was refused for another reason than memory. Needs only dtrace.ko.
 */
#include "raw.h"

static struct bpf_insn insns[] = {PROLOGUE, MOV_IMM(0, 1), EXIT()};

int main(int argc, char** argv) {
  static struct raw_request r;
  int nr = argc == 3 ? atoi(argv[1]) : 0, nr_refused = 0;
  __u64 given = 0, nr_short = 0;
  struct dtrace_go go;

  int fds[256];
  if (nr < 1 || nr > 256) {
    fprintf(stderr, "usage: kcore_crowd CONSUMERS MIB\n");
    return 2;
  }
  for (int i = 0; i < nr; i++) {
    fds[i] = raw_open();
    raw_init(&r, 4096);
    r.enable.opt.bufsize = (__u64)atoi(argv[2]) << 20;
    /* Rather nothing than less, for every other one. */
    r.enable.opt.bufresize_manual = i & 1;
    raw_bind(&r, raw_prog(&r, insns, NR(insns), 1, 64, 8), "dtrace", "", "", "BEGIN");
    int error = raw_enable(fds[i], &r);
    if (error) {
      printf("consumer %d refused: %s", i, r.log);
      nr_refused++;
      if (error != ENOMEM)
        return 1;
    } else {
      given += r.enable.opt.bufsize;
    }
    if (!error && ioctl(fds[i], DTRACE_IOC_GO, &go))
      return 1;
  }
  sleep(5);
  for (int i = 0; i < nr; i++)
    nr_short += raw_status(fds[i]).short_buffers;
  printf("%d of %d refused, the others have %llu KiB on each CPU, %llu short\n", nr_refused, nr,
         given >> 10, nr_short);
  return 0;
}
