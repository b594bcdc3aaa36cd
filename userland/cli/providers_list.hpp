// SPDX-License-Identifier: MIT
// dtrace providers: the known providers, their modules and plugins, and their state. Loads nothing.
#pragma once

#include "cli/arguments.hpp"

namespace dt::cli {

int run_providers_list(const Arguments& arguments);

}  // namespace dt::cli
