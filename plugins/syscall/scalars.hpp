// SPDX-License-Identifier: MIT
// Kinds of single numbers, besides those of the tables of names. Entry point: find_scalar().
#pragma once

#include <cstdint>
#include <string_view>

#include "shown.hpp"

namespace dt::plugins::syscall {

struct ScalarKind {
  const char* id;
  size_t width;  // bytes that count; what is above them in the register is not looked at
  bool is_signed;
  Shown (*show)(uint64_t value);  // of the value cut to its width, and extended if it is signed
};

// nullptr: not a scalar. A table of names is one of 4 bytes.
const ScalarKind* find_scalar(std::string_view id);

// `raw` as the kind says. `id` may also be a table of names.
Shown show_scalar(std::string_view id, uint64_t raw);

}  // namespace dt::plugins::syscall
