// SPDX-License-Identifier: MIT
/* int80 N: makes N 32-bit getppid calls (number 64 there) from a 64-bit process, by the old trap. */
#include <stdlib.h>

int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 1;

  while (n-- > 0) {
    long result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(64L) : "r8", "r9", "r10", "r11", "memory");
    if (result <= 0)
      return 1;
  }
  return 0;
}
