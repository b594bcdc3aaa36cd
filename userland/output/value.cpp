// SPDX-License-Identifier: MIT
#include "output/value.hpp"

#include <algorithm>
#include <cstring>

#include "consumer/aggregate.hpp"

namespace dt::output {

using lang::object::Field;

ValueRef value_in(const Field& field, std::span<const std::byte> base) {
  if (field.offset >= base.size()) {
    return ValueRef{&field, {}};
  }
  return ValueRef{
      &field, base.subspan(field.offset, std::min<size_t>(field.size, base.size() - field.offset))};
}

uint32_t int_size(const Field& field) { return consumer::key_int_size(field); }

uint64_t load_unsigned(const ValueRef& value) {
  uint64_t word = 0;
  std::memcpy(&word, value.bytes.data(),
              std::min<size_t>({8, int_size(*value.field), value.bytes.size()}));
  return word;
}

int64_t load_signed(const ValueRef& value) {
  const uint64_t word = load_unsigned(value);
  const uint32_t unused = 64 - 8 * int_size(*value.field);
  if (!value.field->is_signed || unused == 0) {
    return static_cast<int64_t>(word);
  }
  return static_cast<int64_t>(word << unused) >> unused;
}

std::string_view load_string(const ValueRef& value) {
  const auto* text = reinterpret_cast<const char*>(value.bytes.data());
  return {text, value.bytes.empty() ? 0 : strnlen(text, value.bytes.size())};
}

uint64_t load_word(const ValueRef& value, size_t index) {
  uint64_t word = 0;
  if (8 * (index + 1) <= value.bytes.size()) {
    std::memcpy(&word, value.bytes.data() + 8 * index, 8);
  }
  return word;
}

long double load_float(const ValueRef& value) {
  if (value.bytes.size() >= sizeof(long double)) {
    long double number;
    std::memcpy(&number, value.bytes.data(), sizeof(number));
    return number;
  }
  if (value.bytes.size() >= sizeof(double)) {
    double number;
    std::memcpy(&number, value.bytes.data(), sizeof(number));
    return number;
  }
  if (value.bytes.size() >= sizeof(float)) {
    float number;
    std::memcpy(&number, value.bytes.data(), sizeof(number));
    return number;
  }
  return 0;
}

}  // namespace dt::output
