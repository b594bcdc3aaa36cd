// SPDX-License-Identifier: MIT
// Values by type. See value.hpp.
#include "value.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

namespace dt::plugins::fbt {

namespace {

constexpr int64_t kLastError = 4095;
constexpr uint64_t kSmall = uint64_t{1} << 32;

std::string_view unqualified(std::string_view type) {
  for (std::string_view word : {"const ", "volatile "}) {
    if (type.starts_with(word)) {
      return unqualified(type.substr(word.size()));
    }
  }
  return type;
}

// Sets of bits are easier to read in hexadecimal.
bool is_bit_set(std::string_view type, std::string_view name) {
  return type == "gfp_t" || type == "fmode_t" || type == "slab_flags_t" || type == "blk_opf_t" ||
         type == "__poll_t" || name.find("flag") != std::string_view::npos ||
         name.find("mask") != std::string_view::npos;
}

Shown hex(uint64_t value) {
  std::string text = fmt::format("{:#x}", value);
  return {text, value < kSmall ? Json(value) : Json(text)};
}

Shown pointer(const dtrace_plugin_host* host, TypeKind kind, uint64_t value) {
  if (value == 0) {
    return {"NULL", nullptr};
  }
  const std::string text = fmt::format("{:#x}", value);
  if (kind == TypeKind::FunctionPointer) {
    const std::string symbol = symbol_of(host, value);
    if (!symbol.empty()) {
      return {symbol, symbol};
    }
  }
  return {text, text};
}

// The registers themselves, where they were recorded instead of the argument, hold more than it.
uint64_t cut(uint64_t value, uint32_t size, bool is_signed) {
  if (size == 0 || size >= 8) {
    return value;
  }
  const unsigned shift = 64 - 8 * size;
  return is_signed ? static_cast<uint64_t>(static_cast<int64_t>(value << shift) >> shift)
                   : value << shift >> shift;
}

Shown integer(std::string_view type, std::string_view name, uint32_t size, bool is_signed,
              uint64_t value) {
  const std::string_view base = unqualified(type);
  if (base == "umode_t" || base == "mode_t") {
    return {fmt::format("{:#o}", value), value};
  }
  if (is_bit_set(base, name)) {
    return hex(size == 4 ? static_cast<uint32_t>(value) : value);
  }
  if (is_signed) {
    return {fmt::format("{}", static_cast<int64_t>(value)), static_cast<int64_t>(value)};
  }
  // A large unsigned word is an address more often than a number.
  if (value >= kSmall) {
    return hex(value);
  }
  return {fmt::format("{}", value), value};
}

}  // namespace

TypeKind kind_of(std::string_view type) {
  const std::string_view base = unqualified(type);
  if (type.find("(*") != std::string_view::npos) {
    return TypeKind::FunctionPointer;
  }
  if (base.ends_with('*')) {
    return TypeKind::Pointer;
  }
  if (base == "bool" || base == "_Bool") {
    return TypeKind::Bool;
  }
  if (base.starts_with("enum ")) {
    return TypeKind::Enum;
  }
  if (base.starts_with("struct ") || base.starts_with("union ")) {
    return TypeKind::Aggregate;
  }
  return TypeKind::Integer;
}

bool is_text(std::string_view type, std::string_view name) {
  if (unqualified(type) != "char *") {
    return false;
  }
  for (std::string_view part : {"name", "path", "str", "fmt", "prefix", "label", "option"}) {
    if (name.find(part) != std::string_view::npos) {
      return true;
    }
  }
  return name == "s";
}

std::string_view pointed_struct(std::string_view type) {
  std::string_view base = unqualified(type);
  if (!base.ends_with(" *") || (!base.starts_with("struct ") && !base.starts_with("union "))) {
    return {};
  }
  base.remove_suffix(2);
  return base.find('*') == std::string_view::npos ? base : std::string_view{};
}

std::string quoted(std::string_view text, bool is_cut) {
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + (is_cut ? "\"..." : "\"");
}

std::string error_name(int64_t value) {
  if (value >= 0 || value < -kLastError) {
    return "";
  }
  const char* name = strerrorname_np(static_cast<int>(-value));
  return name ? name : "";
}

std::string symbol_of(const dtrace_plugin_host* host, uint64_t address) {
  std::array<char, 256> text;
  const size_t length = host->kernel_symbol(host, address, text.data(), text.size());
  return length < text.size() ? std::string(text.data(), length) : "";
}

std::string type_text(const dtrace_plugin_host* host, std::string_view type, const void* bytes,
                      size_t size) {
  const std::string name(type);
  std::string text(512, '\0');
  size_t length = host->type_text(host, name.c_str(), bytes, size, text.data(), text.size());
  if (length != DTRACE_PLUGIN_PASS && length >= text.size()) {
    text.resize(length + 1);
    length = host->type_text(host, name.c_str(), bytes, size, text.data(), text.size());
  }
  if (length >= text.size()) {
    return "";
  }
  text.resize(length);
  return text;
}

Shown show_value(const dtrace_plugin_host* host, std::string_view type, std::string_view name,
                 uint32_t size, bool is_signed, const dtrace_plugin_value& value) {
  const TypeKind kind = kind_of(type);
  const uint64_t number = cut(value.integer, size, is_signed);
  if (value.kind == DTRACE_VALUE_BYTES) {
    const std::string text = type_text(host, unqualified(type), value.bytes, value.size);
    return text.empty() ? Shown{"{...}", nullptr} : Shown{text, text};
  }
  if (value.kind == DTRACE_VALUE_STRING) {
    const std::string_view text(static_cast<const char*>(value.bytes), value.size);
    return {quoted(text, false), std::string(text)};
  }
  if (value.kind != DTRACE_VALUE_INTEGER) {
    return {"?", nullptr};
  }
  switch (kind) {
    case TypeKind::Bool:
      return {value.integer & 0xff ? "true" : "false", (value.integer & 0xff) != 0};
    case TypeKind::Enum: {
      const uint32_t width = size ? size : 4;
      const std::string text = type_text(host, unqualified(type), &number, width);
      if (!text.empty()) {
        return {text, text};
      }
      return integer(type, name, size, is_signed, number);
    }
    case TypeKind::Pointer:
    case TypeKind::FunctionPointer:
      return pointer(host, kind, number);
    default:
      return integer(type, name, size, is_signed, number);
  }
}

Shown show_result(const dtrace_plugin_host* host, std::string_view type, uint32_t size,
                  bool is_signed, const dtrace_plugin_value& value) {
  const TypeKind kind = kind_of(type);
  const auto number = static_cast<int64_t>(cut(value.integer, size, is_signed));
  const std::string name = value.kind == DTRACE_VALUE_INTEGER ? error_name(number) : "";
  const bool is_pointer = kind == TypeKind::Pointer || kind == TypeKind::FunctionPointer;
  const bool may_be_error = is_pointer || (kind == TypeKind::Integer && is_signed && size >= 4);
  if (name.empty() || !may_be_error) {
    return show_value(host, type, "", size, is_signed, value);
  }
  const std::string text =
      fmt::format("{} {} ({})", number, name, strerrordesc_np(static_cast<int>(-number)));
  return {is_pointer ? fmt::format("ERR_PTR({})", text) : text, number};
}

}  // namespace dt::plugins::fbt
