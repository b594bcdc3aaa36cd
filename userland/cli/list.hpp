// SPDX-License-Identifier: MIT
// dtrace -l: the probes that match, with -v their stability and argument types.
#pragma once

#include "cli/arguments.hpp"

namespace dt::cli {

int run_list(const Arguments& arguments);

}  // namespace dt::cli
