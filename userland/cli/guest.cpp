// SPDX-License-Identifier: MIT
#include "cli/guest.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "cli/messages.hpp"
#include "cli/paths.hpp"

namespace dt::cli {

int run_guest(const Arguments& arguments) {
  const std::string launcher = guest_launcher();
  if (launcher.empty()) {
    warn("the guest launcher is not installed with this command; run it from a build tree");
    return kExitError;
  }
  // The guest sees the host's files, so it runs this very executable.
  std::vector<std::string> words = {launcher, "--", executable_dir() + "/dtrace"};
  words.insert(words.end(), arguments.guest_arguments.begin(), arguments.guest_arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  warn(fmt::format("cannot run {}: {}", launcher, std::strerror(errno)));
  return kExitError;
}

}  // namespace dt::cli
