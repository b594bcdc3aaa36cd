// SPDX-License-Identifier: MIT
// A tracing run as the command line asks for it: options, compilation, targets, tracing, exit
// status.
#pragma once

#include "cli/arguments.hpp"
#include "session/session.hpp"

namespace dt::cli {

// session: what is traced, null = the programs of the arguments.
int run_trace(const Arguments& arguments, const session::Session* session = nullptr);

}  // namespace dt::cli
