// SPDX-License-Identifier: MIT
/*
 * reader N [PATH]: reads one byte N times (of /dev/zero), so that read(2) fires exactly N times after main()
 * has begun and before it ends; the dynamic linker reads with pread and mmap here, or before.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 1;
  int fd = open(argc > 2 ? argv[2] : "/dev/zero", O_RDONLY);
  char byte;

  if (fd < 0)
    return 1;
  while (n-- > 0)
    if (read(fd, &byte, 1) < 0)
      return 1;
  return 0;
}
