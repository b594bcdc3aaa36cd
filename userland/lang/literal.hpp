// SPDX-License-Identifier: MIT
// The text of integer, character and string constants, without any place in a source: what the
// lexer and the macro arguments have in common.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dt::lang {

// An integer constant at the start of a text: 0x1f, 017, 42ULL, 0b101.
struct IntegerText {
  size_t size = 0;  // bytes used, suffix included
  uint64_t value = 0;
  int nr_long = 0;
  bool is_unsigned = false;
  bool is_decimal = true;
  bool is_overflow = false;
  char bad_digit = '\0';  // a digit that the base does not have
};
IntegerText read_integer(std::string_view text);

// Resolves the escapes of D: \a \b \f \n \r \t \v \\ \" \ooo \xhh. A backslash before anything else
// stays, except before a newline: both disappear.
std::string resolve_escapes(std::string_view text);

}  // namespace dt::lang
