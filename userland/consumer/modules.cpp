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

#include "consumer/module_file.hpp"

extern char** environ;

namespace dt::consumer {

namespace {

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

bool is_for_this_kernel(const std::string& path) {
  utsname names{};
  ::uname(&names);
  const auto file = read_module_file(path);
  return file && file->release == names.release;
}

}  // namespace

bool lockdown_is_on() {
  std::ifstream file("/sys/kernel/security/lockdown");
  std::string line;
  return std::getline(file, line) && line.find("[none]") == std::string::npos;
}

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
          "enrolled key (see docs/install.md), or turn secure boot off",
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
  const std::string prefix = executable_dir.substr(0, executable_dir.rfind('/'));
  directories_.push_back(prefix + "/modules/" + names.release);
  directories_.push_back(prefix + "/lib/dtrace/modules/" + names.release);
  // modprobe would find these too, but could not say what the kernel has against one.
  for (const char* folder : {"updates/dkms", "extra"}) {
    directories_.push_back(fmt::format("/lib/modules/{}/{}", names.release, folder));
  }
}

bool ModuleLoader::is_loaded(const std::string& module) const {
  return ::access(("/sys/module/" + module_name(module)).c_str(), F_OK) == 0;
}

// A module of a third party may be given as its file. The kernel writes - as _.
std::string ModuleLoader::module_name(const std::string& module) {
  if (module.find('/') == std::string::npos) {
    return module;
  }
  std::string name = module.substr(module.rfind('/') + 1);
  if (const size_t end = name.rfind(".ko"); end != std::string::npos) {
    name.resize(end);
  }
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string ModuleLoader::find_file(const std::string& module) const {
  if (module.find('/') != std::string::npos) {
    return ::access(module.c_str(), R_OK) == 0 ? module : std::string();
  }
  for (const std::string& dir : directories_) {
    std::string path = dir + "/" + module + ".ko";
    if (::access(path.c_str(), R_OK) == 0) {
      return path;
    }
  }
  return {};
}

Result<std::vector<std::string>> ModuleLoader::plan(const std::string& module) const {
  std::vector<std::string> order;
  std::vector<std::string> open;
  if (Result<void> done = plan(module, &open, &order); !done) {
    return done.error();
  }
  return order;
}

// Depth first: what a module needs comes before it.
Result<void> ModuleLoader::plan(const std::string& module, std::vector<std::string>* open,
                                std::vector<std::string>* order) const {
  if (std::find(order->begin(), order->end(), module) != order->end() || is_loaded(module)) {
    return {};
  }
  if (std::find(open->begin(), open->end(), module) != open->end()) {
    return Error{fmt::format("module {} needs itself, by way of {}: build the modules anew", module,
                             open->back()),
                 ELOOP};
  }
  if (const std::string path = find_file(module); !path.empty()) {
    auto file = read_module_file(path);
    if (!file) {
      return Error{file.error().message + ": build the modules anew", file.error().errno_value};
    }
    open->push_back(module);
    for (const std::string& needed : file->depends) {
      if (Result<void> planned = plan(needed, open, order); !planned) {
        return planned.error();
      }
    }
    open->pop_back();
  }
  order->push_back(module);
  return {};
}

Result<void> ModuleLoader::load(const std::string& module) {
  auto order = plan(module);
  if (!order) {
    return order.error();
  }
  for (const std::string& one : *order) {
    Result<void> inserted = insert(one);
    if (!inserted && one != module) {
      return Error{
          fmt::format("module {} needs module {}: {}", module, one, inserted.error().message),
          inserted.error().errno_value};
    }
    if (!inserted) {
      return inserted.error();
    }
  }
  return {};
}

// One module, whose needs are met.
Result<void> ModuleLoader::insert(const std::string& module) {
  if (const std::string path = find_file(module); !path.empty()) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const long rc = fd < 0 ? -1 : ::syscall(SYS_finit_module, fd, "", 0);
    const int saved = errno;
    if (fd >= 0) {
      ::close(fd);
    }
    if (rc == 0 || saved == EEXIST) {
      return {};
    }
    if (saved == EINVAL && is_for_this_kernel(path)) {
      return Error{
          fmt::format(
              "module {} does not fit the modules that it needs (\"disagrees about version of "
              "symbol\" in the kernel log says which): build it again, against those",
              module),
          saved};
    }
    return Error{explain_insert_failure(module, saved, lockdown_is_on()), saved};
  }
  if (module.find('/') != std::string::npos) {
    return Error{fmt::format("cannot read module {}: {}", module, std::strerror(ENOENT)), ENOENT};
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
