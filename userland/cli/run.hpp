// SPDX-License-Identifier: MIT
// A tracing run as the command line asks for it: options, compilation, targets, tracing, exit
// status.
#pragma once

#include "cli/arguments.hpp"

namespace dt::cli {

int run_trace(const Arguments& arguments);

}  // namespace dt::cli
