// SPDX-License-Identifier: MIT
/*
 * The traced workload of the benchmarks: N system calls that do next to nothing.
 *   syscall_loop N [RATE]     RATE: calls a second (0 or absent: as fast as possible)
 * Prints "LOOP calls wall_ns cpu_ns": processor time leaves out what other processes did meanwhile.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(clockid_t clock) {
  struct timespec ts;

  clock_gettime(clock, &ts);
  return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

int main(int argc, char **argv) {
  long calls = argc > 1 ? atol(argv[1]) : 100000;
  long rate = argc > 2 ? atol(argv[2]) : 0;
  long burst = rate ? rate / 1000 + 1 : calls;
  int64_t wall, cpu;
  long done = 0;

  for (long i = 0; i < 1000; i++) /* warm the code, the caches and the emulator's translations */
    syscall(SYS_getuid);
  wall = now_ns(CLOCK_MONOTONIC);
  cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
  while (done < calls) {
    for (long i = 0; i < burst && done < calls; i++, done++)
      syscall(SYS_getppid);
    while (rate && now_ns(CLOCK_MONOTONIC) - wall < done * (1000000000LL / rate))
      continue;
  }
  cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  wall = now_ns(CLOCK_MONOTONIC) - wall;
  printf("LOOP %ld %lld %lld\n", calls, (long long)wall, (long long)cpu);
  return 0;
}
