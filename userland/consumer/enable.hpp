// SPDX-License-Identifier: MIT
// From a compiled program and options to the core's ENABLE request.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "consumer/channel.hpp"
#include "consumer/options.hpp"
#include "lang/object/program.hpp"

namespace dt::consumer {

// What was granted.
struct Enabled {
  dtrace_options options{};
  uint32_t nr_ecbs = 0;
  std::vector<std::string> notes;  // "buffer size lowered to 2m" and the like
};

// Error: one sentence; the core's own reason when the request was refused.
Result<Enabled> enable(Channel& channel, const lang::object::Program& program,
                       const Options& options);

// The options as the core takes them.
dtrace_options to_core_options(const Options& options);
// "4m", "512k", "100".
std::string size_text(uint64_t bytes);

}  // namespace dt::consumer
