// SPDX-License-Identifier: MIT
// dtrace sessions: what --session finds, with descriptions and parameters.
#pragma once

#include "cli/arguments.hpp"

namespace dt::cli {

int run_sessions_list(const Arguments& arguments);

}  // namespace dt::cli
