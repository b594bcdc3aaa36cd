// SPDX-License-Identifier: MIT
#include "output/type_line.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace dt::output {

using lang::object::ShownType;
using Kind = lang::object::ShownType::Kind;

namespace {

class Line {
 public:
  Line(std::span<const std::byte> bytes, size_t most_chars)
      : bytes_(bytes), most_chars_(most_chars) {}

  void show(const ShownType& type, uint64_t bit_offset, uint32_t bit_size) {
    switch (type.kind) {
      case Kind::Struct:
      case Kind::Union:
        text_ += '{';
        show_members(type, bit_offset);
        text_ += text_.back() == '{' ? "}" : " }";
        return;
      case Kind::Array:
        show_array(type, bit_offset);
        return;
      default:
        show_scalar(type, bit_offset, bit_size);
    }
  }

  std::string take() { return std::move(text_); }

 private:
  bool is_full() const { return text_.size() >= most_chars_; }

  uint64_t load(const ShownType& type, uint64_t bit_offset, uint32_t bit_size) const {
    unsigned __int128 word = 0;
    const size_t first = bit_offset / 8;
    if (first < bytes_.size()) {
      std::memcpy(&word, bytes_.data() + first,
                  std::min<size_t>(sizeof(word), bytes_.size() - first));
    }
    const auto value = static_cast<uint64_t>(word >> (bit_offset % 8));
    const uint64_t nr_bits = bit_size != 0 ? bit_size : 8 * std::min<uint64_t>(type.size, 8);
    if (nr_bits == 0 || nr_bits >= 64) {
      return value;
    }
    const unsigned unused = 64 - static_cast<unsigned>(nr_bits);
    return type.is_signed ? static_cast<uint64_t>(static_cast<int64_t>(value << unused) >> unused)
                          : (value << unused) >> unused;
  }

  // Is there anything to see? Bytes that were not given count as zero.
  bool is_zero(const ShownType& type, uint64_t bit_offset, uint32_t bit_size) const {
    if (bit_size != 0) {
      return load(type, bit_offset, bit_size) == 0;
    }
    const size_t first = std::min<size_t>(bit_offset / 8, bytes_.size());
    const auto part = bytes_.subspan(first, std::min<size_t>(type.size, bytes_.size() - first));
    return std::all_of(part.begin(), part.end(), [](std::byte b) { return b == std::byte{0}; });
  }

  void separate() { text_ += text_.back() == '{' || text_.back() == '[' ? " " : ", "; }

  void show_members(const ShownType& type, uint64_t bit_offset) {
    for (const auto& member : type.members) {
      const uint64_t at = bit_offset + member.bit_offset;
      if (is_zero(*member.type, at, member.bit_size)) {
        continue;
      }
      // Members of a nameless struct are members of the one around it.
      const bool is_nameless = member.name.empty();
      if (is_nameless && (member.type->kind == Kind::Struct || member.type->kind == Kind::Union)) {
        show_members(*member.type, at);
        if (type.kind == Kind::Union) {
          return;
        }
        continue;
      }
      separate();
      if (is_full()) {
        text_ += "...";
        return;
      }
      text_ += fmt::format(".{} = ", member.name);
      show(*member.type, at, member.bit_size);
      if (type.kind == Kind::Union) {
        return;  // the others are the same bytes
      }
    }
  }

  void show_array(const ShownType& type, uint64_t bit_offset) {
    const ShownType& element = *type.target;
    if (element.is_char && element.size == 1) {
      show_text(bit_offset, type.nr_elems);
      return;
    }
    uint64_t nr = type.nr_elems;
    while (nr > 0 && is_zero(element, bit_offset + (nr - 1) * element.size * 8, 0)) {
      nr--;
    }
    text_ += '[';
    for (uint64_t i = 0; i < nr; i++) {
      separate();
      if (is_full()) {
        text_ += "...";
        break;
      }
      show(element, bit_offset + i * element.size * 8, 0);
    }
    text_ += text_.back() == '[' ? "]" : " ]";
  }

  void show_text(uint64_t bit_offset, uint64_t size) {
    const size_t first = std::min<size_t>(bit_offset / 8, bytes_.size());
    const size_t room = std::min<size_t>(size, bytes_.size() - first);
    const auto* chars = reinterpret_cast<const char*>(bytes_.data() + first);
    text_ += '"';
    for (const char c : std::string_view(chars, strnlen(chars, room))) {
      if (is_full()) {
        text_ += "\"...";
        return;
      }
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        text_ += '\\';
      }
      text_ += byte < 0x20 || byte == 0x7f ? fmt::format("\\{:03o}", byte) : std::string(1, c);
    }
    text_ += '"';
  }

  void show_scalar(const ShownType& type, uint64_t bit_offset, uint32_t bit_size) {
    const uint64_t value = load(type, bit_offset, bit_size);
    const auto number = static_cast<int64_t>(value);
    switch (type.kind) {
      case Kind::Pointer:
      case Kind::Function:
        text_ += value == 0 ? "NULL" : fmt::format("{:#x}", value);
        return;
      case Kind::Enum:
        for (const auto& [name, known] : type.enumerators) {
          if (known == number) {
            text_ += name;
            return;
          }
        }
        text_ += fmt::format("{}", number);
        return;
      case Kind::String:
        show_text(bit_offset, bytes_.size());
        return;
      case Kind::Float:
        show_float(type, bit_offset);
        return;
      case Kind::Void:
        text_ += "void";
        return;
      default:
        break;
    }
    if (type.is_bool) {
      text_ += value != 0 ? "true" : "false";
    } else if (type.is_char && type.size == 1 && std::isprint(static_cast<int>(value & 0xff))) {
      text_ += fmt::format("'{}'", static_cast<char>(value));
    } else if (type.is_signed) {
      text_ += fmt::format("{}", number);
    } else {
      // Large unsigned numbers are masks and addresses more often than counts.
      constexpr uint64_t kCount = 1u << 20;
      text_ += value < kCount ? fmt::format("{}", value) : fmt::format("{:#x}", value);
    }
  }

  void show_float(const ShownType& type, uint64_t bit_offset) {
    const size_t first = bit_offset / 8;
    double number = 0;
    if (type.size == sizeof(float) && first + sizeof(float) <= bytes_.size()) {
      float single;
      std::memcpy(&single, bytes_.data() + first, sizeof(single));
      number = static_cast<double>(single);
    } else if (first + sizeof(double) <= bytes_.size()) {
      std::memcpy(&number, bytes_.data() + first, sizeof(number));
    }
    text_ += fmt::format("{}", number);
  }

  std::span<const std::byte> bytes_;
  size_t most_chars_;
  std::string text_;
};

}  // namespace

std::string type_line(const ShownType& type, std::span<const std::byte> bytes, size_t most_chars) {
  Line line(bytes, most_chars);
  line.show(type, 0, 0);
  return line.take();
}

}  // namespace dt::output
