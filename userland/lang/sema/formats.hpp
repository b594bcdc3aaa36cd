// SPDX-License-Identifier: MIT
// D's format strings, taken apart. Pure text; checking of arguments is in formats.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dt::lang::sema {

struct Conversion {
  std::string text;  // "%-10.3llx"
  std::string size;  // "h", "ll"...
  char letter = 0;
  bool is_agg = false;             // %@d
  bool has_width_arg = false;      // *
  bool has_precision_arg = false;  // .*
};

// Conversions in order, without %%. False: malformed, *problem says why.
bool parse_format(std::string_view text, std::vector<Conversion>* out, std::string* problem);

}  // namespace dt::lang::sema
