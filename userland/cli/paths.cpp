// SPDX-License-Identifier: MIT
#include "cli/paths.hpp"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace dt::cli {

namespace {

bool is_dir(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

std::string executable_dir() {
  char path[PATH_MAX];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof(path) - 1);
  if (length <= 0) {
    return ".";
  }
  const std::string full(path, static_cast<size_t>(length));
  return full.substr(0, full.rfind('/'));
}

std::vector<std::string> config_dirs(const std::string& name) {
  const std::string here = executable_dir();
  const std::string prefix = here.substr(0, here.rfind('/'));
  std::vector<std::string> candidates = {prefix + "/config/" + name,
                                         prefix + "/share/dtrace/" + name, "/etc/dtrace/" + name};
  if (const char* home = std::getenv("XDG_CONFIG_HOME"); home != nullptr && *home != '\0') {
    candidates.push_back(std::string(home) + "/dtrace/" + name);
  } else if (const char* user = std::getenv("HOME"); user != nullptr && *user != '\0') {
    candidates.push_back(std::string(user) + "/.config/dtrace/" + name);
  }
  std::vector<std::string> found;
  for (const std::string& candidate : candidates) {
    if (is_dir(candidate)) {
      found.push_back(candidate);
    }
  }
  return found;
}

std::string guest_launcher() {
  const std::string here = executable_dir();
  for (const std::string& candidate :
       {here + "/../libexec/dtrace/guest", here + "/../../test/vm/run"}) {
    if (::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return {};
}

}  // namespace dt::cli
