// SPDX-License-Identifier: MIT
// A whole call: one line of text, or one JSON object.
#pragma once

#include <string>
#include <string_view>

#include "hit.hpp"

namespace dt::plugins::syscall {

// entry: openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC); return: = 3</etc/passwd>, behind the
// call itself if `is_whole`. `name` is the probe's function.
std::string call_line(const Hit& hit, std::string_view name, bool is_whole);
std::string call_fields(const Hit& hit);

}  // namespace dt::plugins::syscall
