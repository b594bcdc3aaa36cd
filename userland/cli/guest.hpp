// SPDX-License-Identifier: MIT
// --guest: the same command line in a throw-away virtual machine.
#pragma once

#include "cli/arguments.hpp"

namespace dt::cli {

// Replaces this process by the launcher; returns only on failure.
int run_guest(const Arguments& arguments);

}  // namespace dt::cli
