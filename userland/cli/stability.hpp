// SPDX-License-Identifier: MIT
// Stability attributes as -v reports them.
#pragma once

#include <cstdint>
#include <string>

#include "cli/arguments.hpp"
#include "lang/compile.hpp"

namespace dt::cli {

// Name, data and dependency class on three indented lines. Numbers as in struct
// dtrace_provider_info.
std::string attribute_lines(const uint8_t* attributes);

// dtrace -v before tracing: the report for each program.
void print_stability(const Arguments& arguments, const lang::CompileOutput& output);

}  // namespace dt::cli
