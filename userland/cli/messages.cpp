// SPDX-License-Identifier: MIT
#include "cli/messages.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <string>

namespace dt::cli {

void warn(std::string_view message) {
  const std::string line =
      fmt::format("dtrace: {}{}", message, !message.empty() && message.back() == '\n' ? "" : "\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace dt::cli
