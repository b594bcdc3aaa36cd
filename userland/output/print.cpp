// SPDX-License-Identifier: MIT
#include "output/print.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace dt::output {

using lang::object::ShownType;
using Kind = lang::object::ShownType::Kind;

namespace {

class Shower {
 public:
  Shower(std::span<const std::byte> bytes, uint64_t most_bytes)
      : bytes_(bytes), most_bytes_(most_bytes == 0 ? UINT64_MAX : most_bytes) {}

  // Text of the value at bit_offset; closing braces of structs are left to the caller, see close().
  void show(const ShownType& type, uint64_t bit_offset, uint32_t bit_size, unsigned indent) {
    text_ += fmt::format("({})", name_of(type));
    switch (type.kind) {
      case Kind::Struct:
      case Kind::Union:
        text_ += " {\n";
        show_members(type, bit_offset, indent);
        break;
      case Kind::Array:
        text_ += " [\n";
        show_elements(type, bit_offset, indent);
        text_.append(indent, ' ');
        text_ += "]";
        break;
      default:
        show_scalar(type, bit_offset, bit_size);
    }
  }

  static bool is_braced(const ShownType& type) {
    return type.kind == Kind::Struct || type.kind == Kind::Union;
  }

  void close(unsigned indent) {
    text_.append(indent, ' ');
    text_ += "}";
  }

  std::string take() { return std::move(text_); }

 private:
  static std::string name_of(const ShownType& type) {
    if (!type.name.empty()) {
      return type.name;
    }
    switch (type.kind) {
      case Kind::Struct:
        return "struct";
      case Kind::Union:
        return "union";
      case Kind::Enum:
        return "enum";
      default:
        return "?";
    }
  }

  uint64_t load(uint64_t bit_offset, uint32_t bit_size, uint64_t size_bytes) const {
    unsigned __int128 word = 0;
    const size_t first = bit_offset / 8;
    if (first < bytes_.size()) {
      std::memcpy(&word, bytes_.data() + first,
                  std::min<size_t>(sizeof(word), bytes_.size() - first));
    }
    word >>= bit_offset % 8;
    const uint64_t nr_bits = bit_size != 0 ? bit_size : 8 * std::min<uint64_t>(size_bytes, 8);
    const auto value = static_cast<uint64_t>(word);
    return nr_bits >= 64 ? value : value & ((uint64_t{1} << nr_bits) - 1);
  }

  int64_t load_extended(const ShownType& type, uint64_t bit_offset, uint32_t bit_size) const {
    const uint64_t value = load(bit_offset, bit_size, type.size);
    const uint64_t nr_bits = bit_size != 0 ? bit_size : 8 * std::min<uint64_t>(type.size, 8);
    if (!type.is_signed || nr_bits == 0 || nr_bits >= 64) {
      return static_cast<int64_t>(value);
    }
    const unsigned unused = 64 - static_cast<unsigned>(nr_bits);
    return static_cast<int64_t>(value << unused) >> unused;
  }

  bool is_zero(const ShownType& type, uint64_t bit_offset, uint32_t bit_size) const {
    if (bit_size != 0) {
      return load(bit_offset, bit_size, type.size) == 0;
    }
    const size_t first = bit_offset / 8;
    for (size_t i = first; i < first + type.size && i < bytes_.size(); i++) {
      if (bytes_[i] != std::byte{0}) {
        return false;
      }
    }
    return true;
  }

  void show_scalar(const ShownType& type, uint64_t bit_offset, uint32_t bit_size) {
    const uint64_t value = load(bit_offset, bit_size, type.size);
    switch (type.kind) {
      case Kind::Pointer:
      case Kind::Function:
        text_ += fmt::format("{:#x}", value);
        return;
      case Kind::Enum: {
        const int64_t number = load_extended(type, bit_offset, bit_size);
        for (const auto& [name, known] : type.enumerators) {
          if (known == number) {
            text_ += name;
            return;
          }
        }
        text_ += fmt::format("{}", number);
        return;
      }
      case Kind::Float:
        show_float(type, bit_offset);
        return;
      case Kind::String: {
        const size_t first = std::min<size_t>(bit_offset / 8, bytes_.size());
        const auto* chars = reinterpret_cast<const char*>(bytes_.data() + first);
        text_ +=
            fmt::format("\"{}\"", std::string_view(chars, strnlen(chars, bytes_.size() - first)));
        return;
      }
      case Kind::Void:
        return;
      default:
        if (type.is_char && type.size == 1 && bit_size == 0) {
          text_ += std::isprint(static_cast<int>(value))
                       ? fmt::format("'{}'", static_cast<char>(value))
                       : fmt::format("'\\{:o}'", value);
        } else if (type.is_signed) {
          text_ += fmt::format("{}", load_extended(type, bit_offset, bit_size));
        } else {
          text_ += fmt::format("{}", value);
        }
    }
  }

  void show_float(const ShownType& type, uint64_t bit_offset) {
    const size_t first = bit_offset / 8;
    if (first + type.size > bytes_.size()) {
      return;
    }
    if (type.size == sizeof(float)) {
      float number;
      std::memcpy(&number, bytes_.data() + first, sizeof(number));
      text_ += fmt::format("{}", number);
    } else if (type.size == sizeof(double)) {
      double number;
      std::memcpy(&number, bytes_.data() + first, sizeof(number));
      text_ += fmt::format("{}", number);
    }
  }

  void show_members(const ShownType& type, uint64_t bit_offset, unsigned indent) {
    // The closing brace of a member waits until it is known that the next one is shown: when the
    // limit is reached in between, "..." comes first.
    bool is_open = false;
    auto close_open = [&] {
      if (is_open) {
        close(indent + 1);
        text_ += ",\n";
        is_open = false;
      }
    };
    for (const auto& member : type.members) {
      const uint64_t at = bit_offset + member.bit_offset;
      if (at / 8 >= most_bytes_) {
        text_.append(indent + 1, ' ');
        text_ += "...\n";
        break;
      }
      if (is_zero(*member.type, at, member.bit_size)) {
        continue;
      }
      close_open();
      text_.append(indent + 1, ' ');
      if (!member.name.empty()) {
        text_ += fmt::format(".{} = ", member.name);
      }
      show(*member.type, at, member.bit_size, indent + 1);
      if (is_braced(*member.type)) {
        is_open = true;
      } else {
        text_ += ",\n";
      }
    }
    close_open();
  }

  void show_elements(const ShownType& type, uint64_t bit_offset, unsigned indent) {
    const ShownType& element = *type.target;
    for (uint64_t i = 0; i < type.nr_elems; i++) {
      const uint64_t at = bit_offset + i * element.size * 8;
      if (at / 8 >= bytes_.size()) {
        break;
      }
      if (is_zero(element, at, 0)) {
        if (element.is_char) {
          break;
        }
        continue;
      }
      text_.append(indent + 1, ' ');
      show(element, at, 0, indent + 1);
      if (is_braced(element)) {
        close(indent + 1);
      }
      text_ += ",\n";
    }
  }

  std::span<const std::byte> bytes_;
  uint64_t most_bytes_;
  std::string text_;
};

}  // namespace

std::string typed_value_text(const ShownType& type, std::span<const std::byte> bytes,
                             unsigned indent, uint64_t most_bytes) {
  Shower shower(bytes, most_bytes);
  shower.show(type, 0, 0, indent);
  if (Shower::is_braced(type)) {
    shower.close(indent);
  }
  return shower.take();
}

}  // namespace dt::output
