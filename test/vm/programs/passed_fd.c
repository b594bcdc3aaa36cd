// SPDX-License-Identifier: MIT
// Opens /dev/dtrace, gives its privileges up and goes on using the descriptor. Prints one word for
// each request that was tried: "ok", or the errno's name. Usage: passed_fd UID; run as root.
#define _GNU_SOURCE
#include <dtrace/dif.h>
#include <dtrace/uapi.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static void tell(const char* what, int failed) {
  printf("%s %s\n", what, failed ? strerrorname_np(errno) : "ok");
}

int main(int argc, char** argv) {
  struct dtrace_version version = {.uapi = DTRACE_UAPI_VERSION, .dif = DTRACE_DIF_VERSION};
  struct dtrace_providers providers = {0};
  struct dtrace_status status = {0};
  struct dtrace_enable enable = {0};
  struct dtrace_pid pid = {.pid = 1};
  struct dtrace_progress progress = {0};
  struct dtrace_go go = {0};
  int fd = open(DTRACE_DEVICE, O_RDWR | O_CLOEXEC);
  uid_t uid = argc > 1 ? (uid_t)atoi(argv[1]) : 65534;

  if (fd < 0 || ioctl(fd, DTRACE_IOC_VERSION, &version)) {
    perror(DTRACE_DEVICE);
    return 1;
  }
  if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)) {
    perror("passed_fd");
    return 1;
  }
  tell("version", ioctl(fd, DTRACE_IOC_VERSION, &version));
  tell("providers", ioctl(fd, DTRACE_IOC_PROVIDERS, &providers));
  tell("enable", ioctl(fd, DTRACE_IOC_ENABLE, &enable));
  tell("go", ioctl(fd, DTRACE_IOC_GO, &go));
  tell("status", ioctl(fd, DTRACE_IOC_STATUS, &status));
  tell("progress", ioctl(fd, DTRACE_IOC_PROGRESS, &progress));
  tell("pid", ioctl(fd, DTRACE_IOC_PID, &pid));
  tell("mmap", mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
  close(fd);
  return 0;
}
