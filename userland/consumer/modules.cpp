// SPDX-License-Identifier: MIT
#include "consumer/modules.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

extern char** environ;

namespace dt::consumer {

namespace {

bool lockdown_is_on() {
  std::ifstream file("/sys/kernel/security/lockdown");
  std::string line;
  return std::getline(file, line) && line.find("[none]") == std::string::npos;
}

// modprobe(8), quiet. 0 = inserted.
int run_modprobe(const std::string& module) {
  const char* const argv[] = {"modprobe", "-q", module.c_str(), nullptr};
  for (const char* path : {"/sbin/modprobe", "/usr/sbin/modprobe"}) {
    pid_t pid;
    if (posix_spawn(&pid, path, nullptr, nullptr, const_cast<char* const*>(argv), environ) != 0) {
      continue;
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
  return 127;
}

}  // namespace

std::string explain_insert_failure(const std::string& module, int errno_value,
                                   bool is_locked_down) {
  switch (errno_value) {
    case EPERM:
      if (is_locked_down) {
        return fmt::format(
            "the kernel is locked down and refuses module {}: sign the module with a key that the "
            "kernel trusts, or turn lockdown (secure boot) off",
            module);
      }
      return fmt::format("you need to be root to load module {}; run dtrace with sudo", module);
    case EKEYREJECTED:
    case ENOKEY:
    case EBADMSG:
      return fmt::format(
          "the kernel takes only signed modules and {} has no signature that it trusts: sign it "
          "with an "
          "enrolled key (see README), or turn secure boot off",
          module);
    case ENOEXEC:
    case EINVAL:
      return fmt::format(
          "module {} was built for another kernel than the running one; build the modules against "
          "this "
          "kernel's headers",
          module);
    case ENOENT:
      return fmt::format(
          "module {} needs a kernel symbol that is not there (dtrace.ko of another version, or "
          "another "
          "kernel); unload the old modules, or build them for this kernel",
          module);
    case ENOSYS:
      return "this kernel has no loadable modules; try 'dtrace --guest'";
    default:
      return fmt::format("cannot load module {}: {} (see the kernel log)", module,
                         std::strerror(errno_value));
  }
}

ModuleLoader::ModuleLoader(std::string executable_dir) {
  if (const char* dir = std::getenv("DTRACE_MODULE_DIR"); dir != nullptr && *dir != '\0') {
    directories_.emplace_back(dir);
  }
  utsname names{};
  ::uname(&names);
  directories_.push_back(executable_dir + "/../modules/" + names.release);
}

bool ModuleLoader::is_loaded(const std::string& module) const {
  return ::access(("/sys/module/" + module).c_str(), F_OK) == 0;
}

Result<void> ModuleLoader::load(const std::string& module) {
  if (is_loaded(module)) {
    return {};
  }
  for (const std::string& dir : directories_) {
    const int fd = ::open((dir + "/" + module + ".ko").c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      continue;
    }
    const long rc = ::syscall(SYS_finit_module, fd, "", 0);
    const int saved = errno;
    ::close(fd);
    if (rc == 0 || saved == EEXIST) {
      return {};
    }
    return Error{explain_insert_failure(module, saved, lockdown_is_on()), saved};
  }
  if (run_modprobe(module) == 0) {
    return {};
  }
  utsname names{};
  ::uname(&names);
  return Error{fmt::format("no module {} for kernel {}: build the modules for this kernel, or set "
                           "DTRACE_MODULE_DIR to where they are",
                           module, names.release),
               ENOENT};
}

}  // namespace dt::consumer
