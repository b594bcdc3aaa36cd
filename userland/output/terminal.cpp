// SPDX-License-Identifier: MIT
#include "output/terminal.hpp"

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>

namespace dt::output {

namespace {

struct Character {
  size_t size = 0;  // 0 = no UTF-8
  uint32_t code = 0;
};

Character character_at(std::string_view text, size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) {
    return {1, first};
  }
  const size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > text.size()) {
    return {};
  }
  uint32_t code = first & (0x7f >> size);
  for (size_t i = 1; i < size; i++) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xc0) != 0x80) {
      return {};
    }
    code = code << 6 | (next & 0x3f);
  }
  // Longer than needed, a surrogate, or too large.
  const uint32_t least = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
  const bool is_valid = code >= least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return is_valid ? Character{size, code} : Character{};
}

bool is_control(uint32_t code) {
  return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0);
}

}  // namespace

std::string terminal_text(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    const size_t size = character.size == 0 ? 1 : character.size;
    if (character.size != 0 && !is_control(character.code)) {
      shown += text.substr(at, size);
    } else {
      for (size_t i = 0; i < size; i++) {
        shown += fmt::format("\\{:03o}", static_cast<unsigned char>(text[at + i]));
      }
    }
    at += size;
  }
  return shown;
}

}  // namespace dt::output
