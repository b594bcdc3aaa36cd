// SPDX-License-Identifier: MIT
#include "output/dump.hpp"

#include <fmt/core.h>

namespace dt::output {

std::string dump_text(std::span<const std::byte> bytes) {
  constexpr size_t kPerLine = 16;
  if (bytes.empty()) {
    return {};
  }
  std::string text =
      "\n             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n";
  for (size_t line = 0; line < bytes.size(); line += kPerLine) {
    text += fmt::format("{:10x}:", line);
    std::string characters;
    for (size_t i = line; i < line + kPerLine; i++) {
      if (i >= bytes.size()) {
        text += "   ";
        continue;
      }
      const auto byte = static_cast<unsigned char>(bytes[i]);
      text += fmt::format(" {:02x}", byte);
      characters += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
    }
    text += "  " + characters + "\n";
  }
  return text;
}

}  // namespace dt::output
