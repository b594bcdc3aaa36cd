// SPDX-License-Identifier: MIT
// Messages on standard error, each with the command's name in front.
#pragma once

#include <string_view>

namespace dt::cli {

inline constexpr int kExitError = 1;
inline constexpr int kExitUsage = 2;

// "dtrace: message"
void warn(std::string_view message);

}  // namespace dt::cli
