// SPDX-License-Identifier: MIT
// A value of a C type on one line, as an initializer would say it: { .tv_sec = 1, .tv_nsec = 5 }.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "lang/object/program.hpp"

namespace dt::output {

// Members and elements that are zero are left out; what lies beyond most_chars is "...".
std::string type_line(const lang::object::ShownType& type, std::span<const std::byte> bytes,
                      size_t most_chars);

}  // namespace dt::output
