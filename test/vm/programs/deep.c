// SPDX-License-Identifier: MIT
/*
 * deep [SECONDS]: spends its time in one known call chain, main > outer_part > middle_part > leaf_part, and
 * once per round makes one known system call from the leaf. For ustack(), usym() and profile probes.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

volatile unsigned long sink;

__attribute__((noinline)) unsigned long leaf_part(unsigned long seed) {
  for (int i = 0; i < 20000; i++)
    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
  syscall(SYS_getppid);
  sink = seed;
  return seed + 1;
}

__attribute__((noinline)) unsigned long middle_part(unsigned long seed) {
  unsigned long result = leaf_part(seed) * 3;

  sink = result;
  return result;
}

__attribute__((noinline)) unsigned long outer_part(unsigned long seed) {
  unsigned long result = middle_part(seed) + 7;

  sink = result;
  return result;
}

int main(int argc, char **argv) {
  time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 1);
  unsigned long seed = 1;

  while (time(NULL) < end)
    seed = outer_part(seed);
  return 0;
}
