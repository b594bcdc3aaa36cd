// SPDX-License-Identifier: MIT
#include "consumer/quick_exit.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdio>
#include <initializer_list>

namespace dt::consumer {

namespace {

alignas(16) std::byte g_helper_stack[16 * 1024];

// Lives as long as the process that made it: the kernel kills it when that one has ended.
int stay_behind(void* argument) {
  const pid_t maker = *static_cast<const pid_t*>(argument);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (::getppid() == maker) {
    ::pause();
  }
  ::_exit(0);
}

}  // namespace

void quick_exit(int status) {
  std::fflush(nullptr);
  static const pid_t self = ::getpid();
  ::clone(stay_behind, g_helper_stack + sizeof(g_helper_stack), CLONE_VM | CLONE_FILES | CLONE_FS,
          const_cast<pid_t*>(&self));
  // Shared with the helper: a reader at the other end must not have to wait for it.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ::close(fd);
  }
  ::_exit(status);
}

}  // namespace dt::consumer
