// SPDX-License-Identifier: MIT
// What is recorded at a function's entry and return, and where each part of it is.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "dtrace_plugin.h"

namespace dt::plugins::fbt {

constexpr size_t kNone = static_cast<size_t>(-1);
constexpr size_t kMaxArgs = 16;

struct ArgPlan {
  size_t value = kNone;
  size_t detail = kNone;  // the text or the structure that it points to
};

struct Plan {
  std::vector<std::string> expressions;
  std::vector<ArgPlan> args;
  bool is_raw = false;  // registers instead of typed arguments
  // Returns.
  bool is_return = false;
  size_t offset = kNone;
  size_t place = kNone;  // address of the instruction that leaves the function
  ArgPlan result;
};

struct Options {
  bool shows_structs = false;  // -x plugin.fbt.structs=1
};

// The same answer for the same probe, whenever it is asked.
Plan make_plan(const dtrace_plugin_probe& probe, const Options& options);

const dtrace_plugin_arg& arg_at(const dtrace_plugin_probe& probe, size_t index);

}  // namespace dt::plugins::fbt
