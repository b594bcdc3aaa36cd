// SPDX-License-Identifier: MIT
// A value in a record or key: where its bytes are and how to read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "lang/object/program.hpp"

namespace dt::output {

struct ValueRef {
  const lang::object::Field* field = nullptr;
  std::span<const std::byte>
      bytes;  // the field's, field->size of them or fewer if the record is short
};

// The bytes of `field` within `base` (a record's payload or a key).
ValueRef value_in(const lang::object::Field& field, std::span<const std::byte> base);

// Integer of the field's natural size: sign- or zero-extended as its type says.
int64_t load_signed(const ValueRef& value);
uint64_t load_unsigned(const ValueRef& value);
// 1, 2, 4 or 8.
uint32_t int_size(const lang::object::Field& field);
// Text up to the first NUL.
std::string_view load_string(const ValueRef& value);
// n-th 64-bit word, 0 past the end.
uint64_t load_word(const ValueRef& value, size_t index);
long double load_float(const ValueRef& value);

}  // namespace dt::output
