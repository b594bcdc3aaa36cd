// SPDX-License-Identifier: MIT
// A hit of a function probe as one line, and as a JSON object.
#pragma once

#include <string>

#include "dtrace_plugin.h"
#include "plan.hpp"

namespace dt::plugins::fbt {

// vfs_read(file=0xffff888003a1b200, count=4096); = -2 ENOENT (No such file or directory) at
// open+0x9e
std::string hit_line(const dtrace_plugin_host* host, const dtrace_plugin_event& event,
                     const Plan& plan);
std::string hit_fields(const dtrace_plugin_host* host, const dtrace_plugin_event& event,
                       const Plan& plan);

}  // namespace dt::plugins::fbt
